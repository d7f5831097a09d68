import { account } from "./account";
import { check } from "./check";
import { common } from "./common";
import { desk } from "./desk";
import { field } from "./field";
import { pending } from "./pending";
import { problem } from "./problem";
import { report } from "./report";
import { track } from "./track";
import { who } from "./who";

export const zh = { common, report, pending, account, problem, field, check, desk, track, who };

/** Every language has the same areas and keys. */
export type Messages = { [Area in keyof typeof zh]: { [Key in keyof (typeof zh)[Area]]: string } };
