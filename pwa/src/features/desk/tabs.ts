export const TABS = ["inbox", "held", "cases"] as const;
export type Tab = (typeof TABS)[number];
