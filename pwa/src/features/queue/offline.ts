import { keep, recall } from "../../api/cache";
import { get } from "../../api/client";
import type { CaseCard, CaseDetail, Media } from "../../api/types";

const CASES = 30;
const LARGE_EACH = 2;
/** Addresses of pictures hold for a quarter of an hour; a little less, to be sure. */
const SIGNED_MS = 600_000;

const savesData = () =>
  (navigator as Navigator & { connection?: { saveData?: boolean } }).connection?.saveData === true;

/**
 * Brings the pages and before-photos of the most urgent cases to this phone, one after another, so that they can be
 * read where there is no signal. What is here and unchanged is not asked for again. Ends quietly at the first failure:
 * the next reading of the list goes on.
 */
export async function keepForOffline(cards: readonly CaseCard[], signal: AbortSignal): Promise<void> {
  try {
    const details: CaseDetail[] = [];
    for (const card of cards.slice(0, CASES)) {
      if (signal.aborted) return;
      details.push(await keepPage(card, signal));
    }
    // Pictures stay where they pass through the service worker, which is not yet there on the very first visit.
    if (!(await workerIsHere(signal))) return;
    for (const detail of details) {
      if (signal.aborted) return;
      await keepPictures(detail, signal);
    }
  } catch {
    // No network, or no storage: what is here is here.
  }
}

async function keepPage(card: CaseCard, signal: AbortSignal): Promise<CaseDetail> {
  const name = `private:case:${card.id}`;
  const kept = await recall<CaseDetail>(name);
  const signed = kept !== null && Date.now() - kept.at < SIGNED_MS;
  if (kept?.value.rev === card.rev && (signed || (await areHere(wanted(kept.value))))) return kept.value;
  const detail = await get<CaseDetail>(`/cases/${card.id}`, undefined, signal);
  await keep(name, detail);
  return detail;
}

async function keepPictures(detail: CaseDetail, signal: AbortSignal): Promise<void> {
  for (const address of wanted(detail)) {
    // Kept under the path: the signature in the address expires.
    if (!(await isHere(address))) await (await fetch(address, { signal })).blob();
  }
}

/** The service worker, once it looks after this page; false where there is none. */
async function workerIsHere(signal: AbortSignal): Promise<boolean> {
  const workers = navigator.serviceWorker;
  if (!workers) return false;
  if (workers.controller) return true;
  return new Promise((resolve) => {
    workers.addEventListener("controllerchange", () => resolve(true), { once: true, signal });
    signal.addEventListener("abort", () => resolve(false), { once: true });
  });
}

/** Addresses of the pictures worth keeping: what lists and the case show, the first large ones unless data are to be
 * saved. */
function wanted({ photos }: CaseDetail): string[] {
  const before = photos.filter((photo) => photo.kind === "before");
  const large = savesData() ? [] : before.slice(0, LARGE_EACH);
  const shown = before.flatMap((photo) => [photo.thumb, photo.medium]);
  return [...shown, ...large.map((photo: Media) => photo.large)].filter(
    (address): address is string => typeof address === "string",
  );
}

const areHere = async (addresses: string[]): Promise<boolean> =>
  (await Promise.all(addresses.map(isHere))).every(Boolean);

async function isHere(address: string): Promise<boolean> {
  // Without a service worker nothing keeps pictures: none is missed.
  if (!("caches" in globalThis) || !navigator.serviceWorker) return true;
  return (await caches.match(new URL(address, location.href).pathname)) !== undefined;
}
