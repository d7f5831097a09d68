import { OutboxDb } from "./db";
import { addPhoto, changeDraft, startDraft } from "./drafts";
import { sendReport } from "./freeze";
import { TestServer } from "./testServer";
import { byFetch } from "./transport";
import type { Item } from "./types";
import type { World } from "./world";

/** A phone with a clock of its own, and the other side on a real socket. */
export class Bench {
  readonly server = new TestServer();
  time = Date.parse("2026-11-24T09:00:00+08:00");
  person: string | null = null;
  ended = 0;
  world!: World;
  private static count = 0;

  async start(): Promise<void> {
    await this.server.start();
    this.world = {
      db: new OutboxDb(`test-${++Bench.count}`),
      send: byFetch(this.server.origin),
      now: () => this.time,
      random: () => 1,
      person: () => this.person,
      sessionEnded: () => {
        this.ended++;
      },
    };
  }

  async stop(): Promise<void> {
    this.world.db.close();
    await this.server.stop();
  }

  later(ms: number): void {
    this.time += ms;
  }

  offline(): void {
    this.world.send = byFetch("http://127.0.0.1:1");
  }

  online(): void {
    this.world.send = byFetch(this.server.origin);
  }

  /** A report with photos, sent by its maker; returns its id. */
  async report(photos = 1, owner: string | null = null, undoMs = 0): Promise<string> {
    const draft = await startDraft(this.world, "report", null, owner);
    for (let n = 1; n <= photos; n++) await addPhoto(this.world, draft.id, photo(n));
    await changeDraft(this.world, draft.id, { report: { category: "E0104" } });
    await sendReport(this.world, draft.id, { consent: "2026-11", clockOffsetMs: 0, undoMs });
    return draft.id;
  }

  async item(id: string): Promise<Item> {
    const found = await this.world.db.items.get(id);
    if (!found) throw new Error(`${id} is gone`);
    return found;
  }
}

export const photo = (fill: number) => ({
  bytes: new Uint8Array(1000).fill(fill).buffer,
  mime: "image/jpeg",
  width: 4,
  height: 3,
  taken_at: null,
  exif: null,
  thumb: null,
});
