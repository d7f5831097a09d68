// @vitest-environment node
import "fake-indexeddb/auto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { drain, resumeOwner } from "./drain";
import { Bench } from "./testWorld";

let bench: Bench;

beforeEach(async () => {
  bench = new Bench();
  await bench.start();
});

afterEach(() => bench.stop());

test("401 parks and deletes nothing; signing in sends it", async () => {
  bench.person = "anna";
  const id = await bench.report(1, "anna");
  await drain(bench.world);
  expect(await bench.item(id)).toMatchObject({ state: "needs_sign_in", attempts: 0 });
  expect(await bench.world.db.bytes.count()).toBe(1);
  expect(bench.ended).toBe(1);
  bench.server.person = "anna";
  await resumeOwner(bench.world, "anna");
  await drain(bench.world);
  expect((await bench.item(id)).state).toBe("delivered");
});

test("a 401 to the session before says nothing of the one that somebody has signed in to meanwhile", async () => {
  bench.person = "anna";
  let signIns = 0;
  bench.world.signIns = () => signIns;
  const send = bench.world.send;
  bench.world.send = async (request) => {
    const answer = await send(request);
    if (answer.status === 401) {
      bench.server.person = "anna";
      signIns = 1;
    }
    return answer;
  };
  const id = await bench.report(1, "anna");
  await drain(bench.world);
  expect((await bench.item(id)).state).toBe("delivered");
  expect(bench.ended).toBe(0);
});

test("another person's report is not sent, not even tried", async () => {
  bench.person = "anna";
  bench.server.person = "anna";
  const annas = await bench.report(1, "anna");
  bench.person = "bob";
  bench.server.person = "bob";
  await drain(bench.world);
  expect(bench.server.puts()).toEqual([]);
  expect(await bench.item(annas)).toMatchObject({
    state: "needs_sign_in",
    last_error: { code: "wrong_account" },
  });
  await resumeOwner(bench.world, "bob");
  expect((await bench.item(annas)).state).toBe("needs_sign_in");
});

test("a device's report goes out whoever is signed in", async () => {
  const id = await bench.report(1, null);
  bench.person = "bob";
  await drain(bench.world);
  expect((await bench.item(id)).state).toBe("delivered");
});

test("a revoked device token is replaced by registering the same pair again", async () => {
  const first = await bench.report(1);
  await drain(bench.world);
  bench.server.tokens.clear();
  const second = await bench.report(1);
  await drain(bench.world);
  expect((await bench.item(first)).state).toBe("delivered");
  expect((await bench.item(second)).state).toBe("delivered");
});
