import { isVoice, pictures } from "./pictures";
import type { Item, ItemError, Photo } from "./types";

/** A true state in words: text keys (area `pending`) and facts, derived from what is on disk. */
export interface Status {
  tone: "calm" | "action" | "soon" | "overdue" | "done";
  key: string;
  facts: Record<string, number>;
  /** why it is not further, as a problem; null when all goes well */
  error: ItemError | null;
  /** ms since epoch of the next attempt, when one is planned later than now */
  nextAt: number | null;
}

/** Only this many keys exist: a screen shows `pending.state_…`. */
export function statusOf(item: Item, all: Photo[], now: number): Status {
  const photos = pictures(all);
  const voice = all.find(isVoice)?.state;
  const open = photos.filter((photo) => photo.state === "queued").length;
  const refused = photos.filter((photo) => photo.state === "refused").length;
  const facts = { n: open, sent: photos.length - open, total: photos.length, refused };
  const nextAt = item.next_attempt_at > now ? item.next_attempt_at : null;
  const say = (key: string, tone: Status["tone"]): Status => ({
    tone,
    key: `pending.state_${key}`,
    facts,
    error: item.last_error,
    nextAt: item.state === "queued" || item.state === "sending" ? nextAt : null,
  });
  switch (item.state) {
    case "queued":
      if (item.undo) return say("saved", "calm");
      return item.last_error ? say("waiting", "soon") : say("saved", "calm");
    case "sending":
      if (open === 0) return voice === "queued" ? say("voice", "action") : say("confirming", "action");
      return item.last_error ? say("photos_waiting", "soon") : say("photos", "action");
    case "delivered":
      if (item.receipt?.state === "held") return say("held", "done");
      if (refused) return say("photo_refused", "soon");
      return voice === "refused" ? say("voice_refused", "soon") : say("received", "done");
    case "needs_sign_in":
      return say(item.last_error?.code === "wrong_account" ? "other_account" : "sign_in", "soon");
    case "needs_attention":
      return say("attention", "overdue");
    case "conflicting":
      return say("conflicting", "overdue");
  }
}
