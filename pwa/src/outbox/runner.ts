import { drain, hurry, nextDue } from "./drain";
import { checkDelivered } from "./keeping";
import { alone } from "./lock";
import type { World } from "./world";

const OTHER_TAB_MS = 3_000;
const AFTER_FAILURE_MS = 5_000;
const LONGEST_TIMER_MS = 600_000;

/** Keeps the drain going in this page: after Send, at start, when the network or the page comes back, when due. */
export class Runner {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running = false;
  private again = false;

  constructor(
    private readonly world: World,
    private readonly online: () => boolean,
  ) {}

  start(): void {
    window.addEventListener("online", () => void this.wake());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") void this.wake();
    });
    void this.wake().then(() => checkDelivered(this.world).catch(() => undefined));
  }

  /** Something changed for the better: waiting times no longer count. */
  async wake(tapped = false): Promise<void> {
    await hurry(this.world, tapped);
    await this.run();
  }

  async run(): Promise<void> {
    if (this.running) {
      this.again = true;
      return;
    }
    this.running = true;
    let pause = 0;
    try {
      do {
        this.again = false;
        if (this.online() && !(await alone(this.world, () => drain(this.world)))) pause = OTHER_TAB_MS;
      } while (this.again);
    } catch (failure) {
      // A failing storage must not end the sending for good.
      console.warn("outbox", failure);
      pause = AFTER_FAILURE_MS;
    } finally {
      this.running = false;
    }
    await this.schedule(pause);
  }

  private async schedule(pause: number): Promise<void> {
    clearTimeout(this.timer);
    const due = await nextDue(this.world).catch(() => this.world.now() + AFTER_FAILURE_MS);
    if (due === null || !this.online()) return;
    const wait = Math.max(due - this.world.now(), pause, 100);
    this.timer = setTimeout(() => void this.run(), Math.min(wait, LONGEST_TIMER_MS));
  }
}
