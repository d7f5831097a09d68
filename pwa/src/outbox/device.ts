import { getMeta, setMeta } from "./db";
import { toHex, uuid7 } from "./ids";
import { type Answer, TransportError } from "./transport";
import type { World } from "./world";

interface Device {
  device_id: string;
  secret: string;
  token: string | null;
}

/** The server blocked this phone: nothing is sent until a person settles it, nothing is deleted. */
export class DeviceBlocked extends Error {
  override name = "DeviceBlocked";
}

/** The registration was answered, but not with a token. */
export class NotRegistered extends Error {
  constructor(readonly answer: Answer) {
    super(`registration answered ${answer.status}`);
    this.name = "NotRegistered";
  }
}

/** The phone makes its id and secret itself, once, before anything is sent. */
async function device(world: World): Promise<Device> {
  return world.db.transaction("rw", world.db.meta, async () => {
    const known = await getMeta<Device>("device", world.db);
    if (known) return known;
    const secret = toHex(crypto.getRandomValues(new Uint8Array(32)));
    const fresh: Device = { device_id: uuid7(world.now()), secret, token: null };
    await setMeta("device", fresh, world.db);
    return fresh;
  });
}

/** The pair by which the server knows this phone; the rescue file carries it, so that staff can deliver in its name. */
export async function credentials(world: World): Promise<{ device_id: string; secret: string }> {
  const { device_id, secret } = await device(world);
  return { device_id, secret };
}

/** The token if the phone has one; never asks the network. */
export const knownToken = async (world: World): Promise<string | null> =>
  (await getMeta<Device>("device", world.db))?.token ?? null;

/** The device's bearer token; registers the phone when it has none yet. */
export async function token(world: World): Promise<string> {
  const mine = await device(world);
  if (mine.token) return mine.token;
  const body = new TextEncoder().encode(JSON.stringify({ device_id: mine.device_id, secret: mine.secret }));
  const answer = await world.send({
    method: "POST",
    path: "/api/v1/devices",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-Client": "pwa" },
    body,
    timeoutMs: 20_000,
  });
  const given = answer.status === 200 || answer.status === 201 ? tokenIn(answer.text, mine.device_id) : null;
  if (given) {
    await setMeta("device", { ...mine, token: given }, world.db);
    return given;
  }
  if (answer.status === 403) throw new DeviceBlocked();
  throw new NotRegistered(answer);
}

function tokenIn(text: string, deviceId: string): string | null {
  try {
    const body = JSON.parse(text) as { device_id?: unknown; token?: unknown };
    if (body.device_id === deviceId && typeof body.token === "string") return body.token;
  } catch {
    // somebody else's page
  }
  throw new TransportError("offline");
}

/** The token was not accepted: the same pair registers again at the next attempt. */
export async function forgetToken(world: World): Promise<void> {
  const mine = await device(world);
  await setMeta("device", { ...mine, token: null }, world.db);
}
