import type { Messages } from "../zh";
import { account } from "./account";
import { common } from "./common";
import { field } from "./field";
import { pending } from "./pending";
import { problem } from "./problem";
import { report } from "./report";

export const en: Messages = { common, report, pending, account, problem, field };
