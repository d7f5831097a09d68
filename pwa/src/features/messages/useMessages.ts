import { computed, type Ref, ref, watch } from "vue";
import { call } from "../../api/client";
import { ApiError, NetworkError } from "../../api/errors";
import type { Message, Messages } from "../../api/types";
import { type Remote, useRemote } from "../../api/useRemote";
import { noteUnread } from "../../state/messages";
import { sessionEnded } from "../../state/session";

export interface MessageList extends Omit<Remote<Messages>, "data"> {
  items: Ref<Message[]>;
  known: Ref<boolean>;
  unread: Ref<number>;
  hasMore: Ref<boolean>;
  more: () => Promise<void>;
  isRead: (message: Message) => boolean;
  /** marks them as read, here at once and on the server when it can be reached */
  read: (messages: Message[]) => Promise<void>;
}

const PAGE = 50;

/** What this person has been told, newest first; kept on this phone to be read without network. */
export function useMessages(): MessageList {
  const fetchPage = (cursor: string | null, signal?: AbortSignal) =>
    call<Messages>("GET", "/messages", { query: { cursor, limit: PAGE }, signal, device: false });
  const { data, ...remote } = useRemote<Messages>("private:messages", (signal) => fetchPage(null, signal));
  const later = ref<Message[]>([]);
  const cursor = ref<string | null>(null);
  const opened = ref<ReadonlySet<string>>(new Set());

  const items = computed(() => {
    const seen = new Set<string>();
    return [...(data.value?.items ?? []), ...later.value].filter(({ id }) => !seen.has(id) && seen.add(id));
  });
  const isRead = (message: Message) => message.read_at !== null || opened.value.has(message.id);
  const after = computed(() => (later.value.length ? cursor.value : (data.value?.next ?? null)));
  const unread = computed(() => {
    const here = items.value.filter(({ id, read_at }) => read_at === null && opened.value.has(id)).length;
    return Math.max(0, (data.value?.unread ?? 0) - here);
  });

  watch(unread, (now) => data.value && noteUnread(now));
  watch(remote.error, (error) => {
    if (error instanceof ApiError && error.status === 401) sessionEnded();
  });

  async function more(): Promise<void> {
    if (after.value === null) return;
    const page = await quietly(() => fetchPage(after.value));
    if (!page) return;
    later.value = [...later.value, ...page.items];
    cursor.value = page.next;
  }

  async function read(messages: Message[]): Promise<void> {
    const ids = messages.filter((message) => !isRead(message)).map(({ id }) => id);
    if (ids.length === 0) return;
    opened.value = new Set([...opened.value, ...ids]);
    await quietly(() => call("POST", "/messages/read", { body: { ids }, device: false }));
  }

  return {
    ...remote,
    items,
    known: computed(() => data.value !== null),
    unread,
    hasMore: computed(() => after.value !== null),
    more,
    isRead,
    read,
  };
}

/** Without network it is as before; the next visit shows it. */
async function quietly<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ApiError || error instanceof NetworkError) return null;
    throw error;
  }
}
