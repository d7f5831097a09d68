// @vitest-environment node
import "fake-indexeddb/auto";

import type { ServerResponse } from "node:http";
import { afterEach, beforeEach, expect, test } from "vitest";
import { addPhoto, photosOf, startDraft } from "./drafts";
import { drain, hurry, nextDue } from "./drain";
import { sendMove } from "./freeze";
import { problem, send } from "./testServer";

import { Bench, photo } from "./testWorld";

let bench: Bench;

beforeEach(async () => {
  bench = new Bench();
  await bench.start();
});

afterEach(() => bench.stop());

test("a report with photos arrives whole, payload first, and the phone keeps the bytes", async () => {
  const id = await bench.report(3);
  await drain(bench.world);
  expect((await bench.item(id)).state).toBe("delivered");
  expect(bench.server.puts()[0]).toBe(`/api/v1/reports/${id}`);
  expect(bench.server.puts()).toHaveLength(4);
  const kept = bench.server.reports.get(id);
  expect([...(kept?.photos.values() ?? [])].map((row) => row.bytes?.length)).toEqual([1000, 1000, 1000]);
  expect(await bench.world.db.bytes.count()).toBe(3);
});

test("all payloads go before any photo", async () => {
  const first = await bench.report(1);
  bench.later(10);
  const second = await bench.report(1);
  await drain(bench.world);
  expect(bench.server.puts().slice(0, 2)).toEqual([`/api/v1/reports/${first}`, `/api/v1/reports/${second}`]);
});

test("a captive portal's 200 marks nothing as sent", async () => {
  bench.server.fault = (_request, response) => {
    response.writeHead(200, { "Content-Type": "text/html" });
    response.end("<html>please sign in</html>");
    return true;
  };
  const id = await bench.report(2);
  await drain(bench.world);
  const kept = await bench.item(id);
  expect(kept.state).toBe("queued");
  expect(kept.receipt).toBeNull();
  expect((await photosOf(bench.world, id)).every((row) => row.state === "queued")).toBe(true);
});

test("a portal that answers JSON without our header marks nothing as sent", async () => {
  bench.server.fault = ({ path }, response) => {
    if (path.includes("devices")) return false;
    response.writeHead(200, { "Content-Type": "application/json" });
    response.end('{"ok": true}');
    return true;
  };
  const id = await bench.report(1);
  await drain(bench.world);
  expect(await bench.item(id)).toMatchObject({ state: "queued", last_error: { code: "portal" } });
});

test("a receipt of another payload is no receipt", async () => {
  const id = await bench.report(1);
  bench.server.fault = ({ path, method }, response, store) => {
    if (path.includes("devices") || method !== "PUT") return false;
    store();
    const kept = bench.server.reports.get(id);
    if (kept) send(response, 201, { ...bench.server.receipt(id, kept), payload_sha256: "0".repeat(64) });
    return true;
  };
  await drain(bench.world);
  expect(await bench.item(id)).toMatchObject({ state: "queued", last_error: { code: "bad_receipt" } });
});

test("a photo whose slot hash differs is not delivered", async () => {
  const id = await bench.report(1);
  bench.server.fault = ({ path }, response, store) => {
    if (!path.includes("/photos/")) return false;
    store();
    const kept = bench.server.reports.get(id);
    if (!kept) return false;
    const receipt = bench.server.receipt(id, kept);
    const wrong = (receipt.photos as object[]).map((slot) => ({ ...slot, sha256: "0".repeat(64) }));
    send(response, 201, { ...receipt, photos: wrong });
    return true;
  };
  await drain(bench.world);
  expect((await bench.item(id)).state).toBe("sending");
  expect((await photosOf(bench.world, id))[0]?.state).toBe("queued");
});

test("a lost answer is settled by the receipt, without sending the photo again", async () => {
  const id = await bench.report(1);
  bench.server.fault = ({ path }, response, store) => {
    if (!path.includes("/photos/")) return false;
    store();
    response.destroy();
    return true;
  };
  await drain(bench.world);
  expect((await bench.item(id)).state).toBe("delivered");
  expect([...(bench.server.reports.get(id)?.photos.values() ?? [])][0]?.slot).toBe("stored");
});

test("where only small requests pass, a photo is tried more and more seldom, and the reason is told", async () => {
  const id = await bench.report(1);
  let attempts = 0;
  bench.server.fault = ({ path }, response) => {
    if (!path.includes("/photos/")) return false;
    attempts++;
    response.destroy();
    return true;
  };
  for (let n = 1; n <= 6; n++) {
    await drain(bench.world);
    expect(attempts).toBe(n);
    expect(await bench.item(id)).toMatchObject({
      state: "sending",
      attempts: n,
      last_error: { code: "offline" },
    });
    bench.time = (await nextDue(bench.world)) ?? bench.time;
  }
});

test("without network nothing is lost, the wait grows to five minutes and never ends", async () => {
  const id = await bench.report(1);
  bench.offline();
  for (let n = 0; n < 12; n++) {
    await drain(bench.world);
    bench.time = (await nextDue(bench.world)) ?? bench.time;
  }
  const kept = await bench.item(id);
  expect(kept).toMatchObject({ state: "queued", attempts: 12, last_error: { code: "offline" } });
  await drain(bench.world);
  expect(((await nextDue(bench.world)) ?? 0) - bench.time).toBe(300_000);
  bench.online();
  await hurry(bench.world, true);
  await drain(bench.world);
  expect((await bench.item(id)).state).toBe("delivered");
});

test("Retry-After is honoured, also when the network comes back", async () => {
  const id = await bench.report(1);
  bench.server.fault = ({ path }, response) => {
    if (path.includes("devices")) return false;
    const [status, body] = problem(429, "too_many");
    send(response, status, body, { "Retry-After": "90" });
    return true;
  };
  await drain(bench.world);
  const asked = bench.server.seen.length;
  expect(((await nextDue(bench.world)) ?? 0) - bench.time).toBe(90_000);
  await hurry(bench.world);
  await drain(bench.world);
  expect(bench.server.seen.length).toBe(asked);
  // and the page still says when it goes on
  expect((await bench.item(id)).next_attempt_at).toBe(await nextDue(bench.world));
  bench.server.fault = null;
  bench.later(90_000);
  await drain(bench.world);
  expect((await bench.item(id)).state).toBe("delivered");
});

test("whoever says: come back tomorrow, is asked again in a quarter of an hour", async () => {
  await bench.report(1);
  bench.server.fault = ({ path }, response) => {
    if (path.includes("devices")) return false;
    const [status, body] = problem(503, "not_ready");
    send(response, status, body, { "Retry-After": "100000" });
    return true;
  };
  await drain(bench.world);
  expect(((await nextDue(bench.world)) ?? 0) - bench.time).toBe(15 * 60_000);
});

test("a flapping network causes at most one attempt in two seconds", async () => {
  await bench.report(1);
  bench.offline();
  await drain(bench.world);
  bench.later(100);
  await hurry(bench.world);
  expect(((await nextDue(bench.world)) ?? 0) - bench.time).toBe(1900);
});

test("other_bytes needs a person, and the next report still goes", async () => {
  const bad = await bench.report(1);
  bench.server.reports.set(bad, { payload: Buffer.from("{}"), photos: new Map(), captured_by: null });
  bench.later(10);
  const good = await bench.report(1);
  await drain(bench.world);
  expect(await bench.item(bad)).toMatchObject({
    state: "needs_attention",
    last_error: { code: "other_bytes", detail: "detail of other_bytes" },
  });
  expect((await bench.item(good)).state).toBe("delivered");
  expect((await photosOf(bench.world, bad)).length).toBe(1);
});

test("a photo the server will never take is refused by name, its bytes stay, the report is delivered", async () => {
  const id = await bench.report(2);
  const [refused] = await photosOf(bench.world, id);
  bench.server.fault = ({ path }, response) => {
    if (!path.endsWith(`/photos/${refused?.id}`)) return false;
    const slot = bench.server.reports.get(id)?.photos.get(refused?.id ?? "");
    if (slot) slot.slot = "refused";
    const [status, body] = problem(415, "unsupported_image", { reason: "no_image" });
    send(response, status, body);
    return true;
  };
  await drain(bench.world);
  expect(await bench.item(id)).toMatchObject({
    state: "delivered",
    last_error: { code: "photo_refused" },
  });
  expect((await photosOf(bench.world, id)).map((row) => row.state)).toEqual(["refused", "stored"]);
  expect(await bench.world.db.bytes.count()).toBe(2);
});

test("bytes damaged on the way are sent again at once", async () => {
  const id = await bench.report(1);
  let damaged = 0;
  bench.server.fault = ({ path }, response) => {
    if (!path.includes("/photos/") || damaged++ > 0) return false;
    const [status, body] = problem(422, "digest_mismatch");
    send(response, status, body);
    return true;
  };
  await drain(bench.world);
  expect((await bench.item(id)).state).toBe("delivered");
});

test("a server that lost the report gets it again with all its photos", async () => {
  const id = await bench.report(2);
  let lost = false;
  bench.server.fault = ({ path }) => {
    if (path.includes("/photos/") && !lost) {
      lost = true;
      bench.server.reports.clear();
    }
    return false;
  };
  await drain(bench.world);
  expect((await bench.item(id)).state).toBe("delivered");
  expect([...(bench.server.reports.get(id)?.photos.values() ?? [])].every((slot) => slot.bytes)).toBe(true);
});

test("held for repair is delivered, with its photos", async () => {
  const id = await bench.report(1);
  bench.server.fault = ({ path, method }, response, store) => {
    if (path.includes("devices")) return false;
    store();
    const kept = bench.server.reports.get(id);
    if (!kept) return false;
    const receipt = bench.server.receipt(id, kept);
    const photos = method === "PUT" && !path.includes("/photos/") ? [] : receipt.photos;
    send(response, 202, { ...receipt, state: "held", photos });
    return true;
  };
  await drain(bench.world);
  expect(await bench.item(id)).toMatchObject({ state: "delivered", last_error: { code: "held" } });
  expect([...(bench.server.reports.get(id)?.photos.values() ?? [])][0]?.slot).toBe("stored");
});

test("a gateway's error page parks nothing", async () => {
  const id = await bench.report(1);
  bench.server.fault = ({ path }, response: ServerResponse) => {
    if (path.includes("devices")) return false;
    response.writeHead(404, { "Content-Type": "text/html" });
    response.end("<html>nginx</html>");
    return true;
  };
  await drain(bench.world);
  expect((await bench.item(id)).state).toBe("queued");
});

test("a move on an older state is stored by the server and waits here for its maker, photos kept", async () => {
  const draft = await startDraft(bench.world, "move", "case-1", null);
  await addPhoto(bench.world, draft.id, photo(7));
  await sendMove(bench.world, {
    caseId: "case-1",
    action: "respond",
    baseRev: 3,
    owner: null,
    draftId: draft.id,
  });
  bench.server.fault = ({ path }, response, store) => {
    if (!path.includes("/moves/")) return false;
    store();
    const kept = bench.server.reports.get(draft.id);
    if (!kept) return false;
    const receipt = bench.server.receipt(draft.id, kept);
    if (receipt.state === "complete") {
      receipt.state = "conflicting";
      receipt.case = { state: "accepted", rev: 5 };
    }
    send(response, 201, receipt);
    return true;
  };
  await drain(bench.world);
  expect(await bench.item(draft.id)).toMatchObject({
    state: "conflicting",
    receipt: { case: { state: "accepted", rev: 5 } },
  });
  expect(await bench.world.db.bytes.count()).toBe(1);
});

test("a lost photo on the phone is said, never skipped in silence", async () => {
  const id = await bench.report(2);
  const [first] = await photosOf(bench.world, id);
  await bench.world.db.bytes.delete(first?.id ?? "");
  await drain(bench.world);
  expect(await bench.item(id)).toMatchObject({
    state: "needs_attention",
    last_error: { code: "photo_lost" },
  });
  expect((await photosOf(bench.world, id)).map((row) => row.state)).toEqual(["missing_local", "stored"]);
});
