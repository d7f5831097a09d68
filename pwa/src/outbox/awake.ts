/** Keeps the screen on while photos are on their way: a phone that falls asleep stops sending. Visible pages only. */
export class Awake {
  private wanted = false;
  private lock: WakeLockSentinel | null = null;

  /** Listens for the page being seen again: a hidden page loses the lock. */
  start(): void {
    document.addEventListener("visibilitychange", () => void this.hold());
  }

  set(wanted: boolean): void {
    this.wanted = wanted;
    if (wanted) void this.hold();
    else this.release();
  }

  private async hold(): Promise<void> {
    if (!this.wanted || this.lock || document.visibilityState !== "visible") return;
    try {
      const lock = await navigator.wakeLock?.request("screen");
      if (!lock) return;
      this.lock = lock;
      lock.addEventListener("release", () => {
        if (this.lock === lock) this.lock = null;
      });
      // The sending ended while the browser was asked.
      if (!this.wanted) this.release();
    } catch {
      // A battery that is nearly empty: the browser says no, sending goes on.
    }
  }

  private release(): void {
    void this.lock?.release();
    this.lock = null;
  }
}
