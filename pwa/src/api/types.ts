/**
 * Answers of the server, under the names that screens use; the shapes come from its OpenAPI document
 * (`npm run api`). Positions are WGS-84 degrees, times RFC 3339.
 */
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Role = Schemas["Role"];
export type Point = Schemas["GeoPoint"];
export type Named = Schemas["Named"];
export type Person = Schemas["PersonOut"];
export type Session = Schemas["SessionOut"];
export type OpenSession = Schemas["OpenSession"];
export type Config = Schemas["ConfigOut"];
export type DemoAccount = Schemas["DemoAccount"];
export type NoticePart = Schemas["ConsentSection"];
export type Catalogue = Schemas["CatalogueOut"];
export type CaseClass = Schemas["ClassOut"];
export type Condition = Schemas["ConditionOut"];
export type ClassLabel = Schemas["ClassRef"];
export type Limit = Schemas["LimitOut"];
export type LimitUnit = Limit["unit"];
export type Places = Schemas["PlacesOut"];
export type Street = Schemas["StreetOut"];
export type Community = Schemas["CommunityOut"];
export type CaseCard = Schemas["CaseCard"];
export type CaseDetail = Schemas["CaseOut"];
export type Member = Schemas["Member"];
export type Message = Schemas["MessageOut"];
export type Messages = Schemas["Messages"];
export type CaseState = CaseCard["state"];
/** What a squad asks for and nobody has answered yet. */
export type Asked = NonNullable<CaseCard["pending"]>;
export type Clock = Schemas["ClockOut"];
export type HistoryRow = Schemas["HistoryRow"];
export type Media = Schemas["Media"];
export type Mine = Schemas["Mine"];
export type Tracking = Schemas["Tracking"];
export type Stage = Mine["stage"];
export type RouteAnswer = Schemas["RouteOut"];
export type HeldReport = Schemas["HeldReport"];
export type Inbox = Schemas["Inbox"];
export type Welcome = Schemas["WelcomeOut"];

export interface Page<T> {
  items: T[];
  next: string | null;
  now: string;
}

/** What a person can do to a case; the server's list of what is allowed now uses the same words. */
export type MoveAction = (typeof MOVE_ACTIONS)[number];

/** In the order of the server's table (backend/cases/lifecycle.py). */
export const MOVE_ACTIONS = [
  "verify",
  "verify_true",
  "verify_false",
  "verify_recall",
  "file",
  "refuse",
  "dispatch",
  "accept",
  "start",
  "assign",
  "return",
  "request_extension",
  "request_suspension",
  "request_deferral",
  "appeal",
  "grant_extension",
  "grant_suspension",
  "grant_deferral",
  "grant_appeal",
  "deny",
  "resume",
  "respond",
  "check_pass",
  "check_fail",
  "check_cannot_find",
  "clarify",
  "force_close",
  "reopen",
  "note",
  "amend",
  "add_photo",
  "withdraw",
  "solved",
  "not_solved",
] as const;
