import { account } from "./account";
import { check } from "./check";
import { desk } from "./desk";
import { field } from "./field";
import { track } from "./track";
import { who } from "./who";

/** What all other screens say: comes with the first of them. */
export const more = { account, field, check, desk, track, who };
