import { t } from "../i18n";

/** A distance in words, no finer than a phone can know it: 10 米 steps, from 1 km on one decimal. */
export function distanceText(metres: number): string {
  if (metres < 995) return t("common.metres", { n: Math.max(10, Math.round(metres / 10) * 10) });
  return t("common.kilometres", { n: (metres / 1000).toFixed(metres < 9950 ? 1 : 0) });
}
