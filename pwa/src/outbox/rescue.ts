import { downloadZip } from "client-zip";
import { CompactEncrypt } from "jose/jwe/compact/encrypt";
import { importJWK } from "jose/key/import";
import { credentials } from "./device";
import { NoDraft, photosOf } from "./drafts";
import { type ReportFacts, sendReport } from "./freeze";
import { instant } from "./instant";
import { pictures } from "./pictures";
import type { Item, Photo } from "./types";
import type { World } from "./world";

/** The public half of the server's rescue key, as a JWK. */
export interface RescueKey {
  kty: string;
  crv: string;
  x: string;
  y: string;
  kid: string;
}

export interface RescueFile {
  name: string;
  blob: Blob;
  /** ids of the items inside */
  items: string[];
  photos: number;
}

/** There is nothing unsent on this phone. */
export class NothingToRescue extends Error {
  override name = "NothingToRescue";
}

interface Inside {
  item: Item;
  photos: Photo[];
}

/**
 * Everything on this phone that has not arrived, as a ZIP which only the server can open; works without network. Begun
 * reports that hold photos are frozen first: they become items like those that were sent. One photo is in memory at a
 * time. Nothing is deleted or changed by it otherwise. `onPhoto` hears how many photos are done. Raises NothingToRescue.
 */
export async function rescueFile(
  world: World,
  key: RescueKey,
  facts: Pick<ReportFacts, "consent" | "clockOffsetMs">,
  onPhoto: (done: number, total: number) => void = () => undefined,
): Promise<RescueFile> {
  await freezeDrafts(world, { ...facts, undoMs: 0 });
  const inside = await unsent(world);
  if (inside.length === 0) throw new NothingToRescue("nothing is unsent");
  const seal = await sealed(key);
  const now = world.now();
  const total = inside.reduce((sum, { photos }) => sum + photos.length, 0);

  async function* entries() {
    const lastModified = new Date(now);
    yield { name: "key.jwe", input: seal.envelope, lastModified };
    const manifest = new TextEncoder().encode(JSON.stringify(await manifestOf(world, inside, now)));
    yield { name: "manifest.enc", input: await seal.close("manifest.enc", manifest), lastModified };
    let done = 0;
    for (const photo of inside.flatMap((row) => row.photos)) {
      const kept = await world.db.bytes.get(photo.id);
      const name = `photos/${photo.id}.enc`;
      if (kept) yield { name, input: await seal.close(name, kept.bytes), lastModified };
      onPhoto(++done, total);
    }
  }
  const blob = await downloadZip(entries()).blob();
  const photos = inside.reduce((sum, row) => sum + pictures(row.photos).length, 0);
  const day = instant(now).slice(0, 16).replace(/[-:]/g, "").replace("T", "-");
  return { name: `xuncheng-${day}.zip`, blob, items: inside.map(({ item }) => item.id), photos };
}

/** The file left this phone: its items say so, and none of them can be taken back as never sent. */
export async function markExported({ db, now }: World, ids: string[]): Promise<void> {
  await db.items.where("id").anyOf(ids).modify({ exported_at: now(), undo: null });
}

async function freezeDrafts(world: World, facts: ReportFacts): Promise<void> {
  for (const draft of await world.db.drafts.where("kind").equals("report").toArray()) {
    if ((await world.db.photos.where("item_id").equals(draft.id).count()) === 0) continue;
    try {
      await sendReport(world, draft.id, facts);
    } catch (failure) {
      if (!(failure instanceof NoDraft)) throw failure;
    }
  }
}

async function unsent(world: World): Promise<Inside[]> {
  const { db } = world;
  const items = await db.items.where("state").notEqual("delivered").toArray();
  return Promise.all(
    items
      .sort((a, b) => a.created_at - b.created_at)
      .map(async (item) => {
        const photos = await photosOf(world, item.id);
        const here = await db.bytes
          .where("photo_id")
          .anyOf(photos.map((photo) => photo.id))
          .primaryKeys();
        return { item, photos: photos.filter((photo) => here.includes(photo.id)) };
      }),
  );
}

async function manifestOf(world: World, inside: Inside[], now: number) {
  const { device_id, secret } = await credentials(world);
  return {
    v: 1,
    exported_at: instant(now),
    device: { device_id, secret },
    items: inside.map(({ item, photos }) => ({
      id: item.id,
      kind: item.kind,
      subject: item.subject,
      action: item.action,
      owner: item.owner,
      payload: item.payload,
      payload_sha256: item.payload_sha256,
      created_at: item.created_at,
      photos: photos.map(({ id, sha256, size, mime }) => ({ id, sha256, size, mime })),
    })),
  };
}

/** A content key of its own for each file, in an envelope for the server; entries are bound to their names. */
async function sealed(jwk: RescueKey) {
  const raw = crypto.getRandomValues(new Uint8Array(32));
  const content = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt"]);
  const text = new TextEncoder();
  const k = btoa(String.fromCharCode(...raw))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
  const envelope = await new CompactEncrypt(text.encode(JSON.stringify({ v: 1, k })))
    .setProtectedHeader({ alg: "ECDH-ES", enc: "A256GCM", kid: jwk.kid })
    .encrypt(await importJWK({ ...jwk }, "ECDH-ES"));

  async function close(name: string, bytes: BufferSource): Promise<Uint8Array<ArrayBuffer>> {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const algorithm = { name: "AES-GCM", iv, additionalData: text.encode(name) };
    const cipher = new Uint8Array(await crypto.subtle.encrypt(algorithm, content, bytes));
    const whole = new Uint8Array(iv.length + cipher.length);
    whole.set(iv);
    whole.set(cipher, iv.length);
    return whole;
  }
  return { envelope, close };
}
