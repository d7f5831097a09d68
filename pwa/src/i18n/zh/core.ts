import { common } from "./common";
import { pending } from "./pending";
import { problem } from "./problem";
import { report } from "./report";

/** What the first screens say: part of the first download. */
export const core = { common, report, pending, problem };
