import { expect, test } from "vitest";
import { createApp, h } from "vue";
import type { Media } from "../../api/types";
import { loadMoreTexts } from "../../i18n";
import CaseVoices from "./parts/CaseVoices.vue";

function shown(voices?: Partial<Media>[]): HTMLElement {
  const root = document.createElement("div");
  createApp({ render: () => h(CaseVoices, { voices: voices as Media[] | undefined }) }).mount(root);
  return root;
}

const voice = { id: "v1", kind: "voice", state: "derived", sound: "/m/v1-voice?e=1&s=2" } as const;

test("a note can be played, and nothing of it is fetched before", () => {
  const player = shown([voice]).querySelector("audio");
  expect([player?.getAttribute("src"), player?.getAttribute("preload")]).toEqual([voice.sound, "none"]);
  expect(player?.hasAttribute("controls")).toBe(true);
});

test("a note that has not come, or was none, is said in words", async () => {
  await loadMoreTexts();
  const root = shown([
    { ...voice, state: "expected", sound: null },
    { ...voice, id: "v2", state: "refused", sound: null },
  ]);
  expect(root.querySelector("audio")).toBeNull();
  expect(root.textContent).toMatch(/语音还没到.*语音没有被接收/);
});

test("without a note, and on a page kept by a version that knew of none, there is nothing", () => {
  expect([shown([]).textContent, shown(undefined).textContent]).toEqual(["", ""]);
});
