import { expect, test } from "vitest";
import { missingFor } from "./kinds";

const [before, after] = [{ role: "before" } as const, { role: "after" } as const];

test("a problem needs a photo and an answer to what it is; 不知道 is one", () => {
  expect(missingFor({}, [])).toBe("photo");
  expect(missingFor({}, [before])).toBe("class");
  expect(missingFor({ category: null }, [before])).toBeNull();
});

test("what was dealt with on the spot shows both before and after", () => {
  const made = { kind: "self_handled", category: "E0104" } as const;
  expect(missingFor(made, [before])).toBe("after");
  expect(missingFor(made, [after])).toBe("before");
  expect(missingFor(made, [before, after])).toBeNull();
  expect(missingFor({ kind: "self_handled" }, [before, after])).toBe("class");
});

test("that all is well here needs one photo and nothing else", () => {
  expect(missingFor({ kind: "nothing_wrong" }, [before])).toBeNull();
  expect(missingFor({ kind: "nothing_wrong" }, [before, before])).toBe("one_photo");
});
