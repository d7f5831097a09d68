import { t } from "../i18n";

const MINUTE = 60_000;

const two = (part: number): string => String(part).padStart(2, "0");

/** A span in words, the two largest units: 1 小时 20 分, 3 天, 18 分. */
export function span(ms: number): string {
  const minutes = Math.max(1, Math.round(Math.abs(ms) / MINUTE));
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60), minutes % 60];
  const parts: string[] = [];
  if (days) parts.push(t("common.days", { n: days }));
  if (hours) parts.push(t("common.hours", { n: hours }));
  if (!days && rest) parts.push(t("common.minutes", { n: rest }));
  return parts.join(t("common.gap"));
}

/** A moment: relative within the last hour, then today and yesterday, then a date. */
export function moment(at: string | number, now: number = Date.now()): string {
  const date = new Date(at);
  const gone = now - date.getTime();
  // Clocks differ by seconds, and the page's own moves every half minute.
  if (Math.abs(gone) < MINUTE) return t("common.just_now");
  if (gone >= 0 && gone < 60 * MINUTE) return t("common.ago", { time: span(gone) });
  return clock(at, now);
}

/** A day by its date, with the year where it is another one: 12月24日. Takes "yyyy-mm-dd" as that very day. */
export function day(at: string, now: number = Date.now()): string {
  const date = new Date(at.length === 10 ? `${at}T00:00` : at);
  const facts = { year: date.getFullYear(), month: date.getMonth() + 1, date: date.getDate() };
  return t(facts.year === new Date(now).getFullYear() ? "common.day" : "common.day_of_year", facts);
}

/** A moment by the clock, with the day where it is not today: 今天 09:03, 11-22 17:40. */
export function clock(at: string | number, now: number = Date.now()): string {
  const date = new Date(at);
  // By hand: a list of thirty cards says it each half minute, and a new formatter each time keeps a phone busy.
  const time = `${two(date.getHours())}:${two(date.getMinutes())}`;
  const midnight = new Date(now).setHours(0, 0, 0, 0);
  if (date.getTime() >= midnight && date.getTime() < midnight + 1440 * MINUTE)
    return t("common.today", { time });
  if (date.getTime() < midnight && date.getTime() >= midnight - 1440 * MINUTE)
    return t("common.yesterday", { time });
  const sameYear = date.getFullYear() === new Date(now).getFullYear();
  const day = `${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${sameYear ? day : `${date.getFullYear()}-${day}`} ${time}`;
}
