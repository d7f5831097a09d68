import type { MoveAction, Point } from "../api/types";

/** A report (上报) or a move on a case. Both travel the same way: payload first, then one PUT per photo. */
export type Kind = "report" | "move";

/** What a report says: a problem; one that its maker has dealt with on the spot (自处置); or that all is well here. */
export type ReportKind = "problem" | "self_handled" | "nothing_wrong";

/** Whether a photo shows the problem or what was done about it. */
export type PhotoRole = "before" | "after";

/**
 * queued → sending (metadata known to the server, photos on their way) → delivered. Side states keep everything:
 * needs_sign_in, needs_attention (the server named a rule; a person decides), conflicting (a move on an older
 * state: stored by the server, its maker decides).
 */
export type ItemState =
  | "queued"
  | "sending"
  | "delivered"
  | "needs_sign_in"
  | "needs_attention"
  | "conflicting";

export type PhotoState = "queued" | "stored" | "refused" | "missing_local";

export interface ItemError {
  /** HTTP status, 0 when no answer of ours came */
  status: number;
  /** the server's problem code, or offline | timeout | portal | bad_receipt */
  code: string;
  detail: string;
  at: number;
}

export interface Exif {
  lon: number | null;
  lat: number | null;
  taken_at: string | null;
  orientation: number | null;
}

export interface Fix extends Point {
  accuracy_m: number | null;
  fix_at: string;
  source: "gps" | "pin" | "demo";
  age_s: number | null;
}

/** What a report's maker has chosen so far. `undefined` category: not chosen yet; null: does not know. */
export interface ReportDraft {
  /** absent: a problem */
  kind?: ReportKind;
  category?: string | null;
  condition: string | null;
  description: string;
  pin: (Point & { name: string }) | null;
}

export interface Draft {
  id: string;
  kind: Kind;
  /** case id of a move, null for a report */
  subject: string | null;
  owner: string | null;
  report: ReportDraft | null;
  /** the phone's fix at the first shutter */
  fix: Fix | null;
  captured_at: string;
  updated_at: number;
  /** what a move's maker has written so far */
  words?: string;
}

export type SlotState = "expected" | "stored" | "derived" | "unreadable" | "refused";

export interface Receipt {
  id: string;
  state: "receiving" | "complete" | "held" | "applied" | "conflicting";
  rev: number;
  public_ref?: string;
  case_id?: string;
  payload_sha256: string;
  photos: { id: string; sha256: string; slot: SlotState; reason?: string | null }[];
  received_at: string;
  case?: { state: string; rev: number };
}

export interface Item {
  id: string;
  kind: Kind;
  subject: string | null;
  action: MoveAction | null;
  /** the person who captured it; null: the device itself */
  owner: string | null;
  state: ItemState;
  /** the frozen JSON, exactly the bytes that are sent (UTF-8), and its SHA-256 in hex */
  payload: string;
  payload_sha256: string;
  /** ms since epoch: frozen at Send */
  created_at: number;
  /** failures in a row */
  attempts: number;
  attempted_at: number | null;
  /** the draft, while Send can be taken back; null once anything may have left the phone */
  undo: Draft | null;
  /** ms since epoch; the drain leaves the item alone until then */
  next_attempt_at: number;
  last_error: ItemError | null;
  receipt: Receipt | null;
  delivered_at: number | null;
  /** ms since epoch of the last receipt; later than `delivered_at`: asked for again, and all was still there */
  checked_at: number | null;
  /** ms since epoch; it is in a rescue file that left this phone */
  exported_at?: number | null;
  /** its maker needs the photos no longer which the server refused */
  let_go?: boolean;
}

export interface Photo {
  id: string;
  /** the draft's and later the item's id: they are the same */
  item_id: string;
  seq: number;
  /** absent: before; a voice note is no picture, but all else that holds for a photo holds for it */
  role?: PhotoRole | "voice";
  sha256: string;
  size: number;
  mime: string;
  width: number | null;
  height: number | null;
  taken_at: string | null;
  exif: Exif | null;
  state: PhotoState;
  reason: string | null;
}

export interface PhotoBytes {
  photo_id: string;
  bytes: ArrayBuffer;
}

/** A small JPEG for lists; the picture itself stays out of memory. */
export interface Thumb {
  photo_id: string;
  bytes: ArrayBuffer;
}
