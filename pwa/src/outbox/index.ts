/** What screens may use of the outbox. No Vue in this folder. */
export { db } from "./db";
export type * from "./types";
