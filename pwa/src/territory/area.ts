import type { components } from "../api/schema";

/** My own cells and the rules in them, as the server sends them to be kept on this phone. */
export type Area = components["schemas"]["Area"];
export type AreaRule = components["schemas"]["AreaRule"];
