/** The half of the outbox that needs the network: comes after the first screen, which only has to keep work. */
export { Awake } from "./awake";
export { sendAnew } from "./conflict";
export { resumeOwner, retryItem } from "./drain";
export { checkDelivered, giveUp, letGo } from "./keeping";
export { Runner } from "./runner";
export * as sentinel from "./sentinel";
export { byFetch, byXhr } from "./transport";
