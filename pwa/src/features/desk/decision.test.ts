import { expect, test } from "vitest";
import { fileData, missing, startOf, withClass } from "./decision";
import { cardOf, classOf } from "./testCase";

const cover = classOf("C0103", { question: "哪一种？" });
const rubbish = classOf("E0110");

test("the form starts with what the reporter chose", () => {
  expect(startOf(cardOf(cover, "02"), cover)).toEqual({ category: "C0103", condition: "02", place: null });
});

test("an answer that the reporter did not know is the operator's to give", () => {
  const decision = startOf(cardOf(cover, null), cover);
  expect(decision.condition).toBeNull();
  expect(missing(decision, cover)).toBe("condition");
});

test("a class that asks nothing starts with its default condition", () => {
  expect(startOf(cardOf(rubbish, null), rubbish).condition).toBe("01");
});

test("a report without a class cannot be filed before one is chosen", () => {
  const decision = startOf(cardOf(null, null), null);
  expect(missing(decision, null)).toBe("class");
  const chosen = withClass(decision, cardOf(null, null), rubbish);
  expect(missing(chosen, rubbish)).toBeNull();
});

test("another class forgets the answer to the old question, the reporter's class brings it back", () => {
  const card = cardOf(cover, "02");
  const other = withClass(startOf(card, cover), card, rubbish);
  expect(other.condition).toBe("01");
  expect(withClass(other, card, cover).condition).toBe("02");
});

test("the place is only sent when the operator corrected it", () => {
  const decision = startOf(cardOf(cover, "02"), cover);
  expect(fileData(decision)).toEqual({ category: "C0103", condition: "02" });
  const place = { lon: 112.8, lat: 28.3 };
  expect(fileData({ ...decision, place }).location).toEqual(place);
});
