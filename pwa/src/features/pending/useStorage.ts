import { onMounted, onScopeDispose, type Ref, ref, shallowRef } from "vue";
import { storage } from "../../outbox";

export interface StorageFacts {
  used: number | null;
  quota: number | null;
  persisted: boolean;
  /** bytes of photos that have not arrived */
  unsent: number;
}

const LOOK_MS = 20_000;

/** How full the storage is and whether the browser promised to keep it, looked at now and then. */
export function useStorage(): {
  facts: Ref<StorageFacts | null>;
  ask: () => Promise<void>;
  asked: Ref<boolean>;
} {
  const facts = shallowRef<StorageFacts | null>(null);
  const asked = ref(false);

  async function look(): Promise<void> {
    const { usage, quota } = (await navigator.storage?.estimate?.().catch(() => undefined)) ?? {};
    const persisted = (await navigator.storage?.persisted?.().catch(() => false)) ?? false;
    const db = await storage();
    const ids = new Set(await db.items.where("state").notEqual("delivered").primaryKeys());
    let unsent = 0;
    await db.photos.each((photo) => {
      if (photo.state === "queued" && ids.has(photo.item_id)) unsent += photo.size;
    });
    facts.value = { used: usage ?? null, quota: quota ?? null, persisted, unsent };
  }

  async function ask(): Promise<void> {
    await navigator.storage?.persist?.().catch(() => false);
    asked.value = true;
    await look();
  }

  const timer = setInterval(() => void look().catch(() => undefined), LOOK_MS);
  onMounted(() => void look().catch(() => undefined));
  onScopeDispose(() => clearInterval(timer));
  return { facts, ask, asked };
}
