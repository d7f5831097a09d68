import { afterEach, beforeEach, expect, test } from "vitest";
import { effectScope } from "vue";
import { setKeys, useKeys } from "./useKeys";

let done: string[] = [];
const scope = () => effectScope();
let running = scope();

function press(key: string, on: Element = document.body, more: KeyboardEventInit = {}): void {
  on.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }));
}

beforeEach(() => {
  done = [];
  setKeys(true);
  running = scope();
  running.run(() => useKeys({ j: () => done.push("next"), "ctrl+enter": () => done.push("file") }));
});
afterEach(() => {
  running.stop();
  document.body.replaceChildren();
});

test("a letter acts, with capitals too, but never while somebody types", () => {
  const field = document.body.appendChild(document.createElement("textarea"));
  press("j");
  press("J");
  press("j", field);
  expect(done).toEqual(["next", "next"]);
});

test("a letter acts while a choice has the focus: nobody types into a radio button", () => {
  const choice = document.body.appendChild(document.createElement("input"));
  choice.type = "radio";
  press("j", choice);
  expect(done).toEqual(["next"]);
});

test("control and enter acts while typing, but not in the middle of an input method's word", () => {
  const field = document.body.appendChild(document.createElement("input"));
  press("Enter", field, { ctrlKey: true });
  press("Enter", field, { ctrlKey: true, isComposing: true });
  expect(done).toEqual(["file"]);
});

test("a held key does not act again and again", () => {
  press("Enter", document.body, { ctrlKey: true, repeat: true });
  expect(done).toEqual([]);
});

test("letters can be turned off, the deliberate press stays", () => {
  setKeys(false);
  press("j");
  press("Enter", document.body, { ctrlKey: true });
  expect(done).toEqual(["file"]);
});

test("nothing acts behind an open dialog", () => {
  const dialog = document.body.appendChild(document.createElement("dialog"));
  dialog.setAttribute("open", "");
  press("j");
  expect(done).toEqual([]);
});
