import { keep, recall } from "../../api/cache";
import { get } from "../../api/client";
import type { CaseCard, CaseDetail, Media } from "../../api/types";

const CASES = 30;
const LARGE_EACH = 2;

const savesData = () =>
  (navigator as Navigator & { connection?: { saveData?: boolean } }).connection?.saveData === true;

/**
 * Brings the pages and before-photos of the most urgent cases to this phone, one after another, so that they can be
 * read where there is no signal. What is here and unchanged is not asked for again. Ends quietly at the first failure:
 * the next reading of the list goes on.
 */
export async function keepForOffline(cards: readonly CaseCard[], signal: AbortSignal): Promise<void> {
  try {
    for (const card of cards.slice(0, CASES)) {
      if (signal.aborted) return;
      await keepCase(card, signal);
    }
  } catch {
    // No network, or no storage: what is here is here.
  }
}

async function keepCase(card: CaseCard, signal: AbortSignal): Promise<void> {
  const name = `private:case:${card.id}`;
  const kept = (await recall<CaseDetail>(name))?.value;
  if (kept?.rev === card.rev && (await areHere(wanted(kept)))) return;
  const detail = await get<CaseDetail>(`/cases/${card.id}`, undefined, signal);
  await keep(name, detail);
  for (const address of wanted(detail)) {
    // The service worker keeps what passes through it, under the path: the signature in the address expires.
    if (!(await isHere(address))) await (await fetch(address, { signal })).blob();
  }
}

/** Addresses of the pictures worth keeping: every small one, and the first large ones unless data are to be saved. */
function wanted({ photos }: CaseDetail): string[] {
  const before = photos.filter((photo) => photo.kind === "before");
  const large = savesData() ? [] : before.slice(0, LARGE_EACH);
  return [...before.map((photo) => photo.thumb), ...large.map((photo: Media) => photo.large)].filter(
    (address): address is string => typeof address === "string",
  );
}

const areHere = async (addresses: string[]): Promise<boolean> =>
  (await Promise.all(addresses.map(isHere))).every(Boolean);

async function isHere(address: string): Promise<boolean> {
  // Without a service worker nothing keeps pictures: none is fetched in vain.
  if (!("caches" in globalThis) || !navigator.serviceWorker?.controller) return true;
  return (await caches.match(new URL(address, location.href).pathname)) !== undefined;
}
