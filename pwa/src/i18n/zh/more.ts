import { account } from "./account";
import { check } from "./check";
import { desk } from "./desk";
import { field } from "./field";
import { messages } from "./messages";
import { phone } from "./phone";
import { rescue } from "./rescue";
import { selftest } from "./selftest";
import { track } from "./track";
import { voice } from "./voice";
import { who } from "./who";

/** What all other screens say: comes with the first of them. */
export const more = { account, field, check, desk, messages, phone, rescue, selftest, track, voice, who };
