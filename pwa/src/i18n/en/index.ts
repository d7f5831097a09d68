import type { Messages } from "../zh";
import { core } from "./core";
import { more } from "./more";

export const en: Messages = { ...core, ...more };
