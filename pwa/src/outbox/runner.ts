import { drain, hurry, nextDue } from "./drain";
import { onTrouble } from "./health";
import { checkDelivered } from "./keeping";
import { alone } from "./lock";
import type { World } from "./world";

const OTHER_TAB_MS = 3_000;
const AFTER_FAILURE_MS = 5_000;
const LONGEST_TIMER_MS = 600_000;
/** A page that stays open for a whole shift asks again now and then whether all is still at the server. */
const CHECK_MS = 6 * 3_600_000;

/** Keeps the drain going in this page: after Send, at start, when the network or the page comes back, when due. */
export class Runner {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running = false;
  private again = false;
  private checkedAt = 0;

  constructor(
    private readonly world: World,
    private readonly online: () => boolean,
    /** told when sending begins (true) and ends: the screen stays on meanwhile */
    private readonly sending: (now: boolean) => void = () => undefined,
  ) {}

  /** Whether something is on its way right now. */
  get busy(): boolean {
    return this.running;
  }

  start(): void {
    window.addEventListener("online", () => void this.wake());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") void this.wake();
    });
    // Room is needed: what arrived is asked for at once, so that it may be forgotten.
    onTrouble((trouble) => {
      if (trouble === "full") void this.check(true);
    });
    void this.wake();
  }

  private async check(early = false): Promise<void> {
    if (!this.online() || (!early && this.world.now() - this.checkedAt < CHECK_MS)) return;
    this.checkedAt = this.world.now();
    await checkDelivered(this.world, early).catch((failure: unknown) => console.warn("outbox", failure));
    // What the server has forgotten waits to be sent again, and nothing else may wake this page for hours.
    await this.schedule(0);
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
        if (this.online() && !(await alone(this.world, () => this.drain()))) pause = OTHER_TAB_MS;
      } while (this.again);
    } catch (failure) {
      // A failing storage must not end the sending for good.
      console.warn("outbox", failure);
      pause = AFTER_FAILURE_MS;
    } finally {
      this.running = false;
    }
    await this.schedule(pause);
    await this.check();
  }

  private async drain(): Promise<void> {
    const due = await nextDue(this.world);
    if (due === null || due > this.world.now()) return;
    this.sending(true);
    try {
      await drain(this.world);
    } finally {
      this.sending(false);
    }
  }

  private async schedule(pause: number): Promise<void> {
    clearTimeout(this.timer);
    const due = await nextDue(this.world).catch(() => this.world.now() + AFTER_FAILURE_MS);
    if (due === null || !this.online()) return;
    const wait = Math.max(due - this.world.now(), pause, 100);
    this.timer = setTimeout(() => void this.run(), Math.min(wait, LONGEST_TIMER_MS));
  }
}
