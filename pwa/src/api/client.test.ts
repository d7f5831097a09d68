import { beforeEach, expect, test, vi } from "vitest";
import { get, post, setBearer } from "./client";
import { clockOffset } from "./clock";
import { ApiError, explain, NetworkError } from "./errors";

beforeEach(() => {
  localStorage.clear();
  setBearer(async () => null);
});

const answer = (body: string, init: ResponseInit) =>
  vi.stubGlobal("fetch", async () => new Response(body, init));
const json = (status: number, type = "application/problem+json", more = {}) => ({
  status,
  headers: { "Content-Type": type, ...more },
});

test("a named problem reaches the reader in his language", async () => {
  answer('{"code": "fixer_cannot_judge", "detail": "…"}', json(403));
  const failure = await get("/cases/1").catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ApiError);
  expect(explain(failure)).toBe("处置的人和他的中队不能核查自己的案件。");
});

test("an unknown problem is told in the server's own words", async () => {
  answer('{"code": "brand_new", "detail": "The moon is wrong."}', json(422));
  expect(explain(await get("/x").catch((error: unknown) => error))).toBe("The moon is wrong.");
});

test("a Wi-Fi's own page is no answer of ours", async () => {
  answer("<html>", json(200, "text/html"));
  const failure = await get("/mine").catch((error: unknown) => error);
  expect(failure).toMatchObject({ name: "NetworkError", kind: "portal" });
});

test("no network and a silent server are told apart", async () => {
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
  expect(await get("/mine").catch((error: unknown) => error)).toEqual(new NetworkError("offline"));
});

test("a page that is left ends its reading, also in a browser of 2023", async () => {
  const modern = AbortSignal.any;
  Object.assign(AbortSignal, { any: undefined });
  try {
    vi.stubGlobal(
      "fetch",
      (_: string, { signal }: RequestInit) =>
        new Promise((_resolve, reject) =>
          signal?.addEventListener("abort", () => reject(signal.reason as Error)),
        ),
    );
    const left = new AbortController();
    const reading = get("/queue", {}, left.signal).catch((error: unknown) => error);
    await new Promise((later) => setTimeout(later));
    left.abort();
    expect(await reading).toMatchObject({ name: "AbortError" });
  } finally {
    Object.assign(AbortSignal, { any: modern });
  }
});

test("every call names the device, and calls that change something show that they come from us", async () => {
  setBearer(async () => "token-1");
  const seen: RequestInit[] = [];
  vi.stubGlobal("fetch", async (_: string, init: RequestInit) => {
    seen.push(init);
    return new Response("{}", json(200, "application/json"));
  });
  await get("/mine");
  await post("/session", {});
  expect(seen.map((init) => (init.headers as Record<string, string>).Authorization)).toEqual([
    "Bearer token-1",
    "Bearer token-1",
  ]);
  expect(seen.map((init) => (init.headers as Record<string, string>)["X-Client"])).toEqual([
    undefined,
    "pwa",
  ]);
});

test("the phone learns how far its clock is off", async () => {
  const ahead = new Date(Date.now() + 3_600_000).toUTCString();
  answer("{}", json(200, "application/json", { Date: ahead }));
  await get("/config");
  expect(Math.abs(clockOffset() - 3_600_000)).toBeLessThan(2000);
});
