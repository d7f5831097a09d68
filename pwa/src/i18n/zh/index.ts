import { core } from "./core";
import { more } from "./more";

export const zh = { ...core, ...more };

/** Every language has the same areas and keys. */
export type Messages = { [Area in keyof typeof zh]: { [Key in keyof (typeof zh)[Area]]: string } };
