import { get } from "../../api/client";
import { clockOffset } from "../../api/clock";
import { NetworkError } from "../../api/errors";
import { ApiError } from "../../api/problem";
import { probeStorage } from "../../outbox";
import { span } from "../../ui/time";

export type Verdict = "ok" | "part" | "no";

/** What a check found: a verdict, the text that says what it means (area `selftest`), and a figure for it. */
export interface Finding {
  name: string;
  verdict: Verdict;
  text: string;
  detail: string;
}

type Probe = () => Promise<Omit<Finding, "name">>;

const found = (verdict: Verdict, text: string, detail: string | number = "") => ({
  verdict,
  text,
  detail: String(detail),
});

const messageOf = (failure: unknown): string =>
  failure instanceof Error ? `${failure.name} ${failure.message}`.trim() : String(failure);

const GOOD_M = 50;
const PATIENCE_MS = 15_000;

const camera: Probe = async () => {
  if (!navigator.mediaDevices?.getUserMedia) return found("part", "camera_insecure");
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    const { width, height } = stream.getVideoTracks()[0]?.getSettings() ?? {};
    for (const track of stream.getTracks()) track.stop();
    return found("ok", "camera_ok", `${width ?? "?"}×${height ?? "?"}`);
  } catch (failure) {
    const { name } = failure as Error;
    if (name === "NotAllowedError") return found("part", "camera_denied");
    if (name === "NotFoundError" || name === "OverconstrainedError") return found("part", "camera_none");
    return found("part", "camera_busy", messageOf(failure));
  }
};

const position: Probe = () =>
  new Promise((resolve) => {
    if (!window.isSecureContext || !navigator.geolocation) {
      resolve(found("part", "position_insecure"));
      return;
    }
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const metres = Math.round(coords.accuracy);
        resolve(
          metres <= GOOD_M ? found("ok", "position_ok", metres) : found("part", "position_part", metres),
        );
      },
      ({ code, PERMISSION_DENIED }) =>
        resolve(found("part", code === PERMISSION_DENIED ? "position_denied" : "position_none")),
      { enableHighAccuracy: true, timeout: PATIENCE_MS, maximumAge: 0 },
    );
  });

const storage: Probe = async () => {
  try {
    const ms = await probeStorage();
    const kept = (await navigator.storage?.persisted?.().catch(() => false)) ?? false;
    return kept ? found("ok", "storage_ok", ms) : found("part", "storage_part", ms);
  } catch (failure) {
    return found("no", "storage_no", messageOf(failure));
  }
};

const encryption: Probe = async () => {
  try {
    const curve = { name: "ECDH", namedCurve: "P-256" };
    const pair = (await crypto.subtle.generateKey(curve, false, ["deriveBits"])) as CryptoKeyPair;
    await crypto.subtle.deriveBits({ name: "ECDH", public: pair.publicKey }, pair.privateKey, 256);
    return found("ok", "crypto_ok");
  } catch (failure) {
    return found("part", "crypto_part", messageOf(failure));
  }
};

const worker: Probe = async () => {
  const registration = await navigator.serviceWorker?.getRegistration().catch(() => undefined);
  if (!registration?.active) return found("no", "worker_no");
  return navigator.serviceWorker.controller ? found("ok", "worker_ok") : found("part", "worker_part");
};

const sync: Probe = async () => {
  const registration = await navigator.serviceWorker?.getRegistration().catch(() => undefined);
  return registration && "sync" in registration ? found("ok", "sync_ok") : found("part", "sync_part");
};

const wake: Probe = async () => {
  try {
    const lock = await navigator.wakeLock.request("screen");
    await lock.release();
    return found("ok", "wake_ok");
  } catch (failure) {
    return found("part", "wake_part", messageOf(failure));
  }
};

const locks: Probe = async () => {
  if (!navigator.locks) return found("part", "locks_part");
  return navigator.locks.request("selftest", async () => found("ok", "locks_ok"));
};

const share: Probe = async () => {
  const file = new File(["x"], "x.zip", { type: "application/zip" });
  return navigator.canShare?.({ files: [file] }) ? found("ok", "share_ok") : found("part", "share_part");
};

const server: Probe = async () => {
  const started = performance.now();
  try {
    await get("/config");
    return found("ok", "server_ok", Math.round(performance.now() - started));
  } catch (failure) {
    const known = failure instanceof NetworkError ? failure.kind : null;
    const code = failure instanceof ApiError ? `${failure.status} ${failure.code}` : null;
    return found("no", "server_no", known ?? code ?? messageOf(failure));
  }
};

const ONE_MINUTE = 60_000;

/** After `server`: its answer has just told the time. */
const clock: Probe = async () => {
  if (!navigator.onLine) return found("no", "clock_no");
  const offset = clockOffset();
  return Math.abs(offset) < ONE_MINUTE ? found("ok", "clock_ok") : found("part", "clock_part", span(offset));
};

const PROBES: Record<string, Probe> = {
  storage,
  crypto: encryption,
  worker,
  sync,
  wake,
  locks,
  share,
  server,
  clock,
  camera,
  position,
};

/** Tries one thing after the other on this very phone; `onStart` hears the name of each, `onFound` what it found. */
export async function runProbes(
  onStart: (name: string) => void,
  onFound: (finding: Finding) => void,
  probes: Record<string, Probe> = PROBES,
): Promise<void> {
  for (const [name, probe] of Object.entries(probes)) {
    onStart(name);
    onFound({ name, ...(await probe()) });
  }
}

/** What may be shown to a stranger: the browser, the app's build and the findings. No person, no place, no photo. */
export function supportText(
  findings: Finding[],
  facts: { agent: string; build: string; screen: string },
): string {
  return [
    `app ${facts.build}`,
    `browser ${facts.agent}`,
    `screen ${facts.screen}`,
    ...findings.map(({ name, verdict, text, detail }) => `${name}: ${verdict} (${text}) ${detail}`.trim()),
  ].join("\n");
}
