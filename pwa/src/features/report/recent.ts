const KEY = "xuncheng.recent_classes";
const KEPT = 4;

/** Class codes which this phone used last, newest first. */
export function recentClasses(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter((code): code is string => typeof code === "string") : [];
  } catch {
    return [];
  }
}

export function rememberClass(code: string): void {
  const codes = [code, ...recentClasses().filter((known) => known !== code)];
  localStorage.setItem(KEY, JSON.stringify(codes.slice(0, KEPT)));
}
