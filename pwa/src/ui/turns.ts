/** The browser has its turn first: a frame is painted, a tap is answered. Long work is cut into such pieces. */
export const turn = (): Promise<void> => new Promise((go) => setTimeout(go));

const LONGEST_MS = 1_000;
const WITHOUT_IDLE_MS = 200;

/** When the browser has nothing else to do, at the latest after a second. */
export const idle = (): Promise<void> =>
  new Promise((go) => {
    // Safari has no idle callbacks.
    if ("requestIdleCallback" in window) window.requestIdleCallback(() => go(), { timeout: LONGEST_MS });
    else setTimeout(go, WITHOUT_IDLE_MS);
  });
