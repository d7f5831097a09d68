const KEY = "xuncheng.clock_offset_ms";

/** How far the server's clock is ahead of this phone's, ms; kept for reports that are made without network. */
export function clockOffset(): number {
  return Number(localStorage.getItem(KEY)) || 0;
}

/** Takes the Date header of an answer, which is exact to a second: half of it is added. */
export function noteServerTime(header: string | null): void {
  const at = header ? Date.parse(header) : Number.NaN;
  if (Number.isNaN(at)) return;
  const offset = at + 500 - Date.now();
  // Within a second the two agree as far as the header can tell.
  localStorage.setItem(KEY, String(Math.abs(offset) <= 1000 ? 0 : offset));
}
