import { onScopeDispose, readonly, ref } from "vue";
import { keep, recall } from "../api/cache";
import { call } from "../api/client";
import { ApiError } from "../api/errors";
import { idle } from "../ui/turns";
import { session, sessionEnded } from "./session";

const KEY = "private:unread";
const LOOK_EVERY_MS = 60_000;
const count = ref(0);
let countedFor: string | null = null;

/** How many messages of whoever is signed in are unread, as far as this phone knows. */
export const unread = readonly(count);

export function noteUnread(now: number): void {
  count.value = now;
  void keep(KEY, now);
}

/** Looks for messages while the page that calls it is there, once it is painted; without network the last count holds. */
export function watchUnread(): void {
  let over = false;
  const person = session.person?.id ?? null;
  if (person !== countedFor) count.value = 0;
  countedFor = person;
  const look = async () => {
    if (over || !session.person || session.expired || document.visibilityState !== "visible") return;
    try {
      const query = { limit: 1 };
      const { unread: now } = await call<{ unread: number }>("GET", "/messages", { query, device: false });
      if (!over) noteUnread(now);
    } catch (error) {
      // The next look tells.
      if (error instanceof ApiError && error.status === 401) sessionEnded();
    }
  };
  void recall<number>(KEY).then((kept) => {
    if (kept) count.value = kept.value;
  });
  void idle().then(look);
  const timer = setInterval(() => void look(), LOOK_EVERY_MS);
  document.addEventListener("visibilitychange", look);
  onScopeDispose(() => {
    over = true;
    clearInterval(timer);
    document.removeEventListener("visibilitychange", look);
  });
}
