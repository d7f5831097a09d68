import type { CaseClass } from "../api/types";

/** Classes whose name, English name, group or code contains what was typed; all of them for nothing typed. */
export function searchClasses(classes: readonly CaseClass[], text: string): CaseClass[] {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return [...classes];
  return classes.filter((row) =>
    [row.name, row.name_en, row.group, row.code].some((words) => words.toLowerCase().includes(wanted)),
  );
}
