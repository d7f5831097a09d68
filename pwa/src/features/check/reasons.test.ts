import { expect, test } from "vitest";
import { actionOf, needsPhoto, needsReason, RESULTS, resultData } from "./reasons";

test("whether a report is so is answered with a photo, and why not", () => {
  expect([actionOf("true"), actionOf("false")]).toEqual(["verify_true", "verify_false"]);
  expect([needsPhoto("true"), needsPhoto("false"), needsPhoto("pass")]).toEqual([true, true, false]);
  expect([needsReason("true"), needsReason("false")]).toEqual([false, true]);
});

test("an ordinary pass has no result, one that was gone before says so", () => {
  expect(resultData("fixed")).toEqual({});
  expect(resultData("already_gone")).toEqual({ result: "already_gone" });
});

test("what cannot be judged on the spot is told apart", () => {
  expect(RESULTS.cannot_find).toEqual(["cannot_find", "private_land", "not_ours"]);
});
