import "fake-indexeddb/auto";
import { beforeEach, expect, test, vi } from "vitest";
import { keep, recall } from "../api/cache";
import { confirmSession, rememberSession, session, signIn, signOut } from "./session";

async function loadSession(): Promise<void> {
  await rememberSession();
  await confirmSession();
}

const anna = { id: "a", username: "anna", name: "安娜", roles: [{ role: "inspector", squad: null }] };

/** The network, answering by path and method. */
function network(answers: Record<string, [number, unknown]>): void {
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    const [status, body] = answers[`${init.method} ${url}`] ?? [404, { code: "not_found" }];
    if (status === 204) return new Response(null, { status });
    return new Response(JSON.stringify(body), {
      status,
      headers: { "Content-Type": status < 400 ? "application/json" : "application/problem+json" },
    });
  });
}

beforeEach(async () => {
  await keep("session", null);
  await loadSession();
});

test("who is signed in is known without network", async () => {
  await keep("session", anna);
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("no network")));
  await loadSession();
  expect(session).toMatchObject({ person: { id: "a" }, expired: false });
});

test("an expired session keeps its owner, so that the next report is not a stranger's", async () => {
  await keep("session", anna);
  network({ "GET /api/v1/session": [401, { code: "sign_in" }] });
  await loadSession();
  expect(session).toMatchObject({ person: { id: "a" }, expired: true });
});

test("a phone on which nobody signed in asks the server nothing", async () => {
  const asked = vi.fn();
  vi.stubGlobal("fetch", asked);
  await loadSession();
  expect(asked).not.toHaveBeenCalled();
  expect(session.person).toBeNull();
});

test("signing out forgets the person and what the person could read, and keeps what is public", async () => {
  network({
    "POST /api/v1/session": [201, { person: anna }],
    "DELETE /api/v1/session": [204, null],
  });
  await signIn("anna", "secret");
  await keep("private:queue", [1]);
  await keep("catalogue", { version: "1" });
  await signOut();
  expect(session.person).toBeNull();
  expect(await recall("private:queue")).toBeNull();
  expect((await recall<{ version: string }>("catalogue"))?.value.version).toBe("1");
});

test("another person on the same phone does not read what the first one could", async () => {
  network({ "POST /api/v1/session": [201, { person: anna }] });
  await signIn("anna", "secret");
  await keep("private:queue", [1]);
  network({ "POST /api/v1/session": [201, { person: { ...anna, id: "b" } }] });
  await signIn("bob", "secret");
  expect(await recall("private:queue")).toBeNull();
});

test("a tab learns of the sign-in in another one, so that it does not park that person's work again", async () => {
  await keep("session", anna);
  const other = new BroadcastChannel("xuncheng-session");
  other.postMessage("changed");
  await vi.waitFor(() => expect(session).toMatchObject({ person: { id: "a" }, expired: false }));
  other.close();
});
