/** Answers of the server as the screens use them (contract v1). Positions are WGS-84 degrees, times RFC 3339. */
export type Role = "inspector" | "operator" | "squad_member" | "squad_leader" | "administrator";

export interface Point {
  lon: number;
  lat: number;
}

export interface Named {
  code: string;
  name: string;
}

export interface Post {
  role: Role;
  squad: Named | null;
}

export interface Person {
  id: string;
  username: string;
  name: string;
  roles: Post[];
}

export interface Session {
  person: Person;
}

export interface SessionRow {
  id: string;
  created_at: string;
  last_seen_at: string;
  user_agent: string | null;
  current: boolean;
}

export interface NoticePart {
  title: string;
  body: string;
}

export interface DemoAccount {
  username: string;
  name: string;
  role: Role;
  squad: string | null;
  password: string;
}

export interface Config {
  district: { code: string; name: string; name_en: string };
  demo: boolean;
  demo_position: Point | null;
  demo_accounts: DemoAccount[];
  consent: { version: string; zh: NoticePart[]; en: NoticePart[] };
  limits: { photo_bytes: number; photos_per_report: number; payload_bytes: number };
  map: {
    center: Point;
    bounds: [number, number, number, number];
    basemap: string | null;
    attribution: string | null;
  };
}

export type LimitUnit = "emergency_hour" | "emergency_day" | "work_hour" | "work_day";

export interface Limit {
  amount: number;
  unit: LimitUnit;
}

export interface Condition {
  code: string;
  text: string;
  text_en: string;
  icon: string | null;
  limit: Limit;
  closing: string;
  is_default: boolean;
}

export interface CaseClass {
  code: string;
  kind: "E" | "C";
  group: string;
  name: string;
  name_en: string;
  icon: string;
  question: string | null;
  question_en: string | null;
  requirement: string;
  conditions: Condition[];
}

export interface Catalogue {
  version: string;
  classes: CaseClass[];
}

export interface Place extends Named, Point {}

export interface Street extends Place {
  communities: Place[];
}

export interface Places {
  streets: Street[];
}

export interface Page<T> {
  items: T[];
  next: string | null;
  now: string;
}

export type CaseState =
  | "submitted"
  | "dispatched"
  | "accepted"
  | "responded"
  | "closed"
  | "refused"
  | "withdrawn";

export interface Media {
  id: string;
  seq: number;
  kind: "before" | "after" | "check" | "extra";
  state: "expected" | "stored" | "derived" | "unreadable" | "refused";
  reason: string | null;
  thumb: string | null;
  large: string | null;
  width: number | null;
  height: number | null;
  taken_at: string | null;
}

export interface ClassLabel extends Named {
  name_en: string;
  icon: string;
}

export interface CaseCard {
  id: string;
  rev: number;
  number: string | null;
  state: CaseState;
  source: string;
  category: ClassLabel | null;
  condition: { code: string; text: string; text_en: string; icon: string | null } | null;
  place: Point | null;
  accuracy_m: number | null;
  place_text: string;
  street: Named | null;
  community: Named | null;
  cell: string | null;
  squad: Named | null;
  flags: string[];
  rework: number;
  reports: number;
  submitted_at: string;
  filed_at: string | null;
  due_at: string | null;
  responded_at: string | null;
  closed_at: string | null;
  limit: Limit | null;
  overdue: boolean;
  photo: string | null;
  photos_expected: number;
  photos_stored: number;
}

export type MoveAction =
  | "file"
  | "refuse"
  | "accept"
  | "respond"
  | "check_pass"
  | "check_fail"
  | "check_cannot_find"
  | "clarify"
  | "note"
  | "amend"
  | "add_photo"
  | "withdraw"
  | "solved"
  | "not_solved";

export interface HistoryRow {
  at: string;
  action: string;
  from_state: CaseState | null;
  to_state: CaseState;
  who: { role: Role | "reporter" | "system"; name: string | null; squad: string | null };
  note: string | null;
  reason: string | null;
  data: Record<string, unknown> | null;
  photos: Media[];
}

export interface CaseDetail extends CaseCard {
  why: string[];
  description: string;
  closing: string | null;
  requirement: string | null;
  photos: Media[];
  history: HistoryRow[];
  actions: MoveAction[];
  blocked: { action: MoveAction; code: string }[];
}

export interface Mine {
  report_id: string;
  public_ref: string;
  report_state: "receiving" | "complete" | "held";
  case_id: string | null;
  number: string | null;
  stage: Stage;
  category: string | null;
  category_name: string | null;
  icon: string | null;
  place_text: string;
  submitted_at: string;
  expected_at: string | null;
  photo: string | null;
  squad: string | null;
  rev: number;
}

export type Stage = "received" | "arranged" | "handling" | "handled" | "done" | "refused" | "withdrawn";

export interface Tracking {
  public_ref: string;
  number: string | null;
  category_name: string | null;
  icon: string | null;
  place_text: string;
  submitted_at: string;
  state: CaseState;
  rev: number;
  case_id: string;
  stages: {
    stage: Stage;
    at: string | null;
    squad: string | null;
    expected_at: string | null;
    current: boolean;
    done: boolean;
  }[];
  refusal: { reason: string; responsible: string | null } | null;
  before: Media[];
  after: Media[];
  rework: number;
  can: MoveAction[];
}

export interface RouteAnswer {
  squad: Named;
  cell: string | null;
  community: Named | null;
  street: Named | null;
  flags: string[];
  why: string[];
}

export interface HeldReport {
  report_id: string;
  received_at: string;
  reason: string;
  detail: string;
  payload: Record<string, unknown>;
  photos: Media[];
}
