/** What the server counted: class codes, most frequent first. */
export interface Suggestions {
  mine: string[];
  here: string[];
  now: string[];
}

export const NO_SUGGESTIONS: Suggestions = { mine: [], here: [], now: [] };
export const SHOWN = 6;
const RECENT_KEPT = 4;

/** Weight of a list: what this phone used last says most, the hour least. */
const WEIGHTS = { recent: 3, mine: 2, here: 2, now: 1 } as const;

/**
 * The first class codes to offer. Each list gives a code weight / (rank + 1); what the phone used last is always among
 * them (a recent class is one tap); the catalogue's own order fills up. Codes that the catalogue does not know go.
 */
export function firstClasses(
  recent: readonly string[],
  said: Suggestions,
  catalogue: readonly string[],
  shown: number = SHOWN,
): string[] {
  const score = new Map<string, number>();
  const lists = { recent, mine: said.mine, here: said.here, now: said.now };
  for (const name of ["recent", "mine", "here", "now"] as const) {
    lists[name].forEach((code, rank) => {
      if (catalogue.includes(code)) score.set(code, (score.get(code) ?? 0) + WEIGHTS[name] / (rank + 1));
    });
  }
  const ranked = [...score].sort((a, b) => b[1] - a[1]).map(([code]) => code);
  const sure = recent.filter((code) => score.has(code)).slice(0, Math.min(RECENT_KEPT, shown));
  const others = ranked.filter((code) => !sure.includes(code)).slice(0, shown - sure.length);
  const chosen = ranked.filter((code) => sure.includes(code) || others.includes(code));
  const rest = catalogue.filter((code) => !chosen.includes(code));
  return [...chosen, ...rest].slice(0, shown);
}
