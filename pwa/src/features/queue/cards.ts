import { call } from "../../api/client";
import type { CaseCard, Page } from "../../api/types";

const AT_ONCE = 100;
const MOST = 500;

export interface Cards {
  items: CaseCard[];
  /** there are more than this phone keeps */
  more: boolean;
}

/** All pages of a list, so that its filters are true without network; at most the first 500 cases. */
export async function readCards(path: string, signal: AbortSignal): Promise<Cards> {
  const items: CaseCard[] = [];
  let cursor: string | null = null;
  do {
    const query = { cursor, limit: AT_ONCE };
    const page: Page<CaseCard> = await call("GET", path, { query, signal, device: false });
    items.push(...page.items);
    cursor = page.next;
  } while (cursor && items.length < MOST);
  return { items, more: cursor !== null };
}
