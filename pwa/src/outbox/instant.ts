/**
 * RFC 3339 with the offset of the place where the phone is: the same instant as in UTC, and it tells the server how
 * to read an EXIF time, which has no zone of its own.
 */
export function instant(ms: number): string {
  const minutes = -new Date(ms).getTimezoneOffset();
  const two = (value: number) => String(Math.floor(Math.abs(value))).padStart(2, "0");
  const local = new Date(ms + minutes * 60_000).toISOString().slice(0, -1);
  return `${local}${minutes < 0 ? "-" : "+"}${two(minutes / 60)}:${two(minutes % 60)}`;
}
