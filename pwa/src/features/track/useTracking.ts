import { computed, type Ref, ref, watch } from "vue";
import { get } from "../../api/client";
import type { MoveAction, Tracking } from "../../api/types";
import { type Remote, useRemote } from "../../api/useRemote";
import { giveUp, sendMove } from "../../outbox";
import { type Unsent, useItems } from "../../state/outbox";
import { session } from "../../state/session";

export interface TrackingPage extends Remote<Tracking> {
  /** moves of this phone on it that have not arrived */
  open: Ref<Unsent[]>;
  /** the reporter's last word about the result that did arrive */
  said: Ref<"solved" | "not_solved" | null>;
  can: (action: MoveAction) => boolean;
  act: (action: MoveAction, words?: { note?: string; draftId?: string }) => Promise<void>;
  drop: (id: string) => Promise<void>;
  owner: () => Promise<string | null>;
  /** the phone's storage did not keep it */
  notSaved: Ref<boolean>;
}

/** What became of a report, and what its reporter may still say: by the link, from the device that sent it. */
export function useTracking(publicRef: string): TrackingPage {
  const remote = useRemote<Tracking>(`track:${publicRef}`, (signal) =>
    get(`/tracking/${encodeURIComponent(publicRef)}`, undefined, signal),
  );
  const items = useItems();
  const notSaved = ref(false);

  const own = computed(() => {
    const caseId = remote.data.value?.case_id;
    return caseId ? items.value.filter(({ item }) => item.kind === "move" && item.subject === caseId) : [];
  });
  const open = computed(() => own.value.filter(({ item }) => item.state !== "delivered"));
  const arrived = computed(() => own.value.filter(({ item }) => item.state === "delivered"));
  const said = computed(() => {
    const word = arrived.value.find(({ item }) => item.action === "solved" || item.action === "not_solved");
    return (word?.item.action as "solved" | "not_solved" | undefined) ?? remote.data.value?.said ?? null;
  });

  watch(
    () => arrived.value.map(({ item }) => item.id).join(),
    () => void remote.reload(),
  );

  const can = (action: MoveAction): boolean =>
    open.value.length === 0 && (remote.data.value?.can.includes(action) ?? false);

  /** Whoever sent the report must also send this: the server says whether that was a person or the device. */
  async function owner(): Promise<string | null> {
    return remote.data.value?.by === "person" ? (session.person?.id ?? null) : null;
  }

  async function act(action: MoveAction, words: { note?: string; draftId?: string } = {}): Promise<void> {
    const now = remote.data.value;
    if (!now?.case_id || now.rev === null) return;
    notSaved.value = false;
    try {
      await sendMove({ caseId: now.case_id, action, baseRev: now.rev, owner: await owner(), ...words });
    } catch {
      notSaved.value = true;
    }
  }

  return { ...remote, open, said, can, act, drop: giveUp, owner, notSaved };
}
