import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { MOVE_ACTIONS } from "../api/types";
import { en } from "./en";
import { zh } from "./zh";

const REPOSITORY = resolve(import.meta.dirname, "../../..");
const read = (path: string) => readFileSync(resolve(REPOSITORY, path), "utf8");

/** The members of a Python StrEnum, from its source: the table of the case's life is the server's. */
function members(path: string, name: string): string[] {
  const body =
    read(path)
      .split(`class ${name}(StrEnum):`)[1]
      ?.split(/\n\n\n/)[0] ?? "";
  return [...body.matchAll(/^ {4}[A-Z_]+ = "(\w+)"/gm)].map((hit) => hit[1] ?? "");
}

const LIFECYCLE = "backend/cases/lifecycle.py";
const states = members(LIFECYCLE, "State");
const actions = members(LIFECYCLE, "Action");
const requests = members(LIFECYCLE, "Request");
const stages = members(LIFECYCLE, "Stage");
const roles = members("backend/core/roles.py", "Role");
/** Rows of the history that no move made. */
const written = ["submit", "placed", "urge", "supervise", "second_look"];
/** What happens by itself when photos arrive: never chosen, never waiting on a phone. */
const automatic = ["self_handle"];
const codes = [
  "too_late",
  "used_up",
  "no_appeal",
  "already_pending",
  "nothing_pending",
  "not_of_the_squad",
  "unknown_squad",
  "not_your_task",
  "bad_data",
  "illegal_move",
  "wrong_role",
  "reason_required",
  "photo_required",
  "other_squad",
  "fixer_cannot_judge",
];

const lacking = (area: string, prefix: string, names: readonly string[]): string[] =>
  [zh, en].flatMap((language, index) => {
    const texts = (language as Record<string, Record<string, string>>)[area] ?? {};
    return names
      .filter((name) => !texts[prefix + name])
      .map((name) => `${index ? "en" : "zh"} ${prefix}${name}`);
  });

test("the server's lists were found", () => {
  expect(states).toContain("suspended");
  expect(actions.length).toBeGreaterThan(30);
  expect(roles).toContain("auxiliary");
  expect([requests.length, stages.length]).toEqual([4, 6]);
});

test("every state has words on the phone and at the desk", () => {
  expect(lacking("field", "state_", states)).toEqual([]);
  expect(lacking("desk", "state_", states)).toEqual([]);
});

test("every row of a history has words on the phone and at the desk", () => {
  expect(lacking("field", "did_", [...actions, ...written])).toEqual([]);
  expect(lacking("desk", "action_", [...actions, ...written])).toEqual([]);
});

test("every move that can wait on a phone has a name there, and the app knows every move", () => {
  const chosen = actions.filter((action) => !automatic.includes(action));
  expect(lacking("pending", "kind_", chosen)).toEqual([]);
  expect([...MOVE_ACTIONS].sort()).toEqual(chosen.sort());
});

test("every role has words wherever a person is named", () => {
  for (const area of ["field", "desk", "account"]) expect(lacking(area, "role_", roles)).toEqual([]);
});

test("every request and every clock has words", () => {
  expect(lacking("field", "asked_", requests)).toEqual([]);
  expect(lacking("desk", "asked_", requests)).toEqual([]);
  expect(lacking("desk", "do_grant_", requests)).toEqual([]);
  expect(lacking("field", "stage_", stages)).toEqual([]);
});

test("every refusal of a move is said in a sentence", () => {
  expect(lacking("problem", "", codes)).toEqual([]);
});
