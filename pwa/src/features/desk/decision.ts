import type { CaseCard, CaseClass, Condition, Point } from "../../api/types";

/** What the operator is about to file a case as. `place`: a corrected one, null leaves the report's. */
export interface Decision {
  category: string | null;
  condition: string | null;
  place: Point | null;
}

const defaultOf = (row: CaseClass): Condition | undefined => row.conditions.find((one) => one.is_default);

/**
 * Where the form starts: the reporter's class and answer. A class with a question that the reporter left open has no
 * condition yet: the operator decides, nothing is taken for granted.
 */
export function startOf(card: CaseCard, chosen: CaseClass | null): Decision {
  const category = chosen?.code ?? null;
  if (!chosen || !card.category) return { category, condition: null, place: null };
  const answered = chosen.conditions.find((one) => one.code === card.condition?.code);
  const open = chosen.question !== null && !answered;
  return {
    category,
    condition: answered?.code ?? (open ? null : (defaultOf(chosen)?.code ?? null)),
    place: null,
  };
}

/** Another class: back to the reporter's answer for the reporter's class, else the class's default. */
export function withClass(decision: Decision, card: CaseCard, chosen: CaseClass): Decision {
  if (chosen.code === decision.category) return decision;
  const start = chosen.code === card.category?.code ? startOf(card, chosen) : null;
  const condition = start ? start.condition : (defaultOf(chosen)?.code ?? null);
  return { ...decision, category: chosen.code, condition };
}

/** What still hinders filing; null: nothing. */
export function missing(decision: Decision, chosen: CaseClass | null): "class" | "condition" | null {
  if (!chosen || chosen.code !== decision.category) return "class";
  return chosen.conditions.some((one) => one.code === decision.condition) ? null : "condition";
}

/** The `data` of the move `file`. */
export function fileData({ category, condition, place }: Decision): Record<string, unknown> {
  return { category, condition, ...(place ? { location: place } : {}) };
}
