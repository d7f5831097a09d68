// @vitest-environment node
import "fake-indexeddb/auto";
import { compactDecrypt, exportJWK, generateKeyPair, type CryptoKey as Key } from "jose";
import { afterEach, beforeEach, expect, test } from "vitest";
import { addPhoto, changeDraft, photosOf, startDraft } from "./drafts";
import { drain } from "./drain";
import { sendMove, undoSend } from "./freeze";
import { markExported, NothingToRescue, type RescueKey, rescueFile } from "./rescue";
import { hash } from "./testServer";
import { Bench, photo } from "./testWorld";

const facts = { consent: "2026-11", clockOffsetMs: 0 };

let bench: Bench;
let open: Key;
let key: RescueKey;

beforeEach(async () => {
  bench = new Bench();
  await bench.start();
  const pair = await generateKeyPair("ECDH-ES", { crv: "P-256", extractable: true });
  open = pair.privateKey;
  key = { ...(await exportJWK(pair.publicKey)), kid: "rescue-1" } as RescueKey;
});

afterEach(() => bench.stop());

/** The entries of a ZIP, read by its directory as any other program does; all are stored, not deflated. */
function unzipped(file: Buffer): Map<string, Buffer> {
  const end = file.lastIndexOf(Buffer.from("PK\x05\x06"));
  const found = new Map<string, Buffer>();
  let at = file.readUInt32LE(end + 16);
  for (let n = file.readUInt16LE(end + 10); n > 0; n--) {
    expect(file.readUInt16LE(at + 10)).toBe(0);
    const size = file.readUInt32LE(at + 20);
    const lengths = [28, 30, 32].map((field) => file.readUInt16LE(at + field));
    const name = file.toString("utf8", at + 46, at + 46 + (lengths[0] ?? 0));
    const local = file.readUInt32LE(at + 42);
    const start = local + 30 + file.readUInt16LE(local + 26) + file.readUInt16LE(local + 28);
    found.set(name, file.subarray(start, start + size));
    at += 46 + lengths.reduce((sum, length) => sum + length, 0);
  }
  return found;
}

async function read(blob: Blob) {
  const entries = unzipped(Buffer.from(await blob.arrayBuffer()));
  const { plaintext, protectedHeader } = await compactDecrypt(entries.get("key.jwe")?.toString() ?? "", open);
  const { k, v } = JSON.parse(Buffer.from(plaintext).toString());
  const content = await crypto.subtle.importKey("raw", Buffer.from(k, "base64url"), "AES-GCM", false, [
    "decrypt",
  ]);
  const plain = async (name: string, as = name) => {
    const bytes = new Uint8Array(entries.get(name) ?? Buffer.alloc(0));
    const algorithm = { name: "AES-GCM", iv: bytes.slice(0, 12), additionalData: Buffer.from(as) };
    return Buffer.from(await crypto.subtle.decrypt(algorithm, content, bytes.slice(12)));
  };
  const manifest = JSON.parse((await plain("manifest.enc")).toString());
  return { names: [...entries.keys()], protectedHeader, v, manifest, plain };
}

test("the server's key opens the file: payloads and photos are byte for byte what the phone holds", async () => {
  bench.offline();
  const id = await bench.report(2);
  const item = await bench.item(id);
  const { name, blob, items, photos } = await rescueFile(bench.world, key, facts);
  const { names, protectedHeader, v, manifest, plain } = await read(blob);
  expect(name).toMatch(/^xuncheng-20261124-\d{4}\.zip$/);
  expect([items, photos, v]).toEqual([[id], 2, 1]);
  expect(protectedHeader).toMatchObject({ alg: "ECDH-ES", enc: "A256GCM", kid: "rescue-1" });
  expect(manifest.v).toBe(1);
  expect(manifest.items[0]).toMatchObject({
    id,
    kind: "report",
    subject: null,
    action: null,
    owner: null,
    payload: item.payload,
    payload_sha256: hash(Buffer.from(item.payload)),
    created_at: item.created_at,
  });
  expect(names.slice(0, 2)).toEqual(["key.jwe", "manifest.enc"]);
  for (const row of manifest.items[0].photos) {
    expect(hash(await plain(`photos/${row.id}.enc`))).toBe(row.sha256);
  }
});

test("an entry under another name does not open: nobody can exchange two photos", async () => {
  await bench.report(2);
  const { manifest, plain } = await read((await rescueFile(bench.world, key, facts)).blob);
  const [first, second] = manifest.items[0].photos as { id: string }[];
  await expect(plain(`photos/${first?.id}.enc`, `photos/${second?.id}.enc`)).rejects.toThrow();
});

test("the file names the phone, so that what staff import is what the phone sends later", async () => {
  await bench.report(1);
  const { manifest } = await read((await rescueFile(bench.world, key, facts)).blob);
  await drain(bench.world);
  const registered = await bench.world.db.meta.get("device");
  expect(registered?.value).toMatchObject(manifest.device);
});

test("begun reports with photos go along, as they will be sent; what has arrived does not", async () => {
  await bench.report(1);
  await drain(bench.world);
  const draft = await startDraft(bench.world, "report", null, "anna");
  await addPhoto(bench.world, draft.id, photo(5));
  await changeDraft(bench.world, draft.id, { report: { description: "井盖" } });
  await startDraft(bench.world, "report", null, null);
  const { manifest } = await read((await rescueFile(bench.world, key, facts)).blob);
  expect(manifest.items).toHaveLength(1);
  expect(manifest.items[0]).toMatchObject({ id: draft.id, owner: "anna" });
  expect((await bench.item(draft.id)).payload).toBe(manifest.items[0].payload);
  expect(JSON.parse(manifest.items[0].payload).description).toBe("井盖");
});

test("work on a case goes along with its case and its action", async () => {
  const draft = await startDraft(bench.world, "move", "case-1", "anna");
  await addPhoto(bench.world, draft.id, photo(5));
  const move = { caseId: "case-1", action: "respond" as const, baseRev: 3, owner: "anna", draftId: draft.id };
  await sendMove(bench.world, move);
  const { manifest } = await read((await rescueFile(bench.world, key, facts)).blob);
  expect(manifest.items[0]).toMatchObject({
    kind: "move",
    subject: "case-1",
    action: "respond",
    owner: "anna",
  });
});

test("a photo that is lost on this phone is not promised", async () => {
  const id = await bench.report(2);
  const [lost] = await photosOf(bench.world, id);
  await bench.world.db.bytes.delete(lost?.id ?? "");
  const { manifest, names } = await read((await rescueFile(bench.world, key, facts)).blob);
  expect(manifest.items[0].photos).toHaveLength(1);
  expect(names).toHaveLength(3);
});

test("after the export everything is still here, says so, and is sent as ever", async () => {
  const id = await bench.report(1, null, 5000);
  const { items } = await rescueFile(bench.world, key, facts);
  expect((await bench.item(id)).exported_at).toBeUndefined();
  await markExported(bench.world, items);
  expect((await bench.item(id)).exported_at).toBe(bench.time);
  expect(await undoSend(bench.world, id)).toBe(false);
  bench.later(5000);
  await drain(bench.world);
  expect((await bench.item(id)).state).toBe("delivered");
});

test("a phone with nothing unsent makes no file", async () => {
  await expect(rescueFile(bench.world, key, facts)).rejects.toThrow(NothingToRescue);
});
