import { computed, type Ref, ref, shallowRef, watch } from "vue";
import { recall } from "../../api/cache";
import { get } from "../../api/client";
import { ApiError, NetworkError } from "../../api/errors";
import type { CaseCard, CaseDetail, Media, MoveAction } from "../../api/types";
import { type Remote, useRemote } from "../../api/useRemote";
import { type Anew, type Fix, giveUp, sendAnew, sendMove } from "../../outbox";
import { type Unsent, useCaseItems } from "../../state/outbox";
import { session, sessionEnded } from "../../state/session";
import { useNow } from "../../ui/useNow";
import type { Cards } from "../queue/cards";
import { type List, listKey, useServerNow } from "../queue/useCards";
import { rereadUntilPrepared } from "./rereadUntilPrepared";
import { HANDS_BACK, type Standing, standingOf, waitingOf } from "./standing";

export interface Words {
  note?: string;
  reason?: string;
  location?: Fix | null;
  data?: Record<string, unknown>;
  draftId?: string;
}

export interface CasePageData extends Omit<Remote<CaseDetail>, "data"> {
  detail: Ref<CaseDetail | null>;
  /** only what the list said is on this phone: no history, no reasons */
  partial: Ref<boolean>;
  standing: Ref<Standing | null>;
  /** this phone's moves on the case that are on their way, oldest first, and what arrived while the page is open */
  recent: Ref<Unsent[]>;
  /** the present by this phone's own clock, which its items are written in */
  phoneNow: () => number;
  parked: Ref<Unsent[]>;
  now: Ref<number>;
  /** the move could not be written to this phone */
  notSaved: Ref<boolean>;
  act: (action: MoveAction, words?: Words) => Promise<boolean>;
  anew: (id: string, anew: Anew) => Promise<void>;
  drop: (id: string) => Promise<void>;
}

/** One case: the server's page of it, kept for reading without network, and what this phone does to it. */
export function useCase(id: string): CasePageData {
  const { data, ...remote } = useRemote<CaseDetail>(`private:case:${id}`, (signal) =>
    get(`/cases/${id}`, undefined, signal),
  );
  const fromList = shallowRef<CaseDetail | null>(null);
  const items = useCaseItems(id);
  // What another account left on this phone is not this person's, and goes when that account signs in.
  const sent = computed(() => items.value.filter(({ item }) => item.owner === (session.person?.id ?? null)));
  const notSaved = ref(false);
  const openedAt = Date.now();
  const ticking = useNow();
  let busy = false;

  const detail = computed(() => data.value ?? fromList.value);
  const standing = computed(() => (detail.value ? standingOf(detail.value, sent.value) : null));
  const parked = computed(() =>
    sent.value.filter(({ item }) => item.state === "conflicting" || item.state === "needs_attention"),
  );

  watch(remote.error, async (error) => {
    if (error instanceof ApiError && error.status === 401) sessionEnded();
    if (error instanceof NetworkError && !data.value) fromList.value = await listed(id);
  });
  // What arrived or was parked has changed the case: its page is read again.
  const settled = computed(() =>
    sent.value
      .filter(({ item }) => item.state !== "sending" && (item.checked_at ?? 0) > openedAt)
      // Whoever has said whether a report is so sees it no longer: what is here stays until the page is left.
      .filter(({ item }) => item.state !== "delivered" || !item.action?.startsWith("verify_"))
      .map(({ item }) => item.id)
      .join(),
  );
  watch(settled, () => void remote.reload());
  rereadUntilPrepared(detail, remote.reload);

  async function act(action: MoveAction, words: Words = {}): Promise<boolean> {
    const present = standing.value;
    if (!present || busy) return false;
    busy = true;
    notSaved.value = false;
    try {
      await sendMove({
        caseId: id,
        action,
        baseRev: present.rev,
        owner: session.person?.id ?? null,
        ...words,
      });
      return true;
    } catch {
      notSaved.value = true;
      return false;
    } finally {
      busy = false;
    }
  }

  return {
    ...remote,
    detail,
    partial: computed(() => !data.value && fromList.value !== null),
    standing,
    recent: computed(() => [
      ...waitingOf(sent.value),
      ...sent.value
        // An acceptance that arrived is the case's state itself.
        .filter(({ item }) => (item.delivered_at ?? 0) > openedAt && item.action !== "accept")
        .slice(0, 1),
    ]),
    phoneNow: () => (ticking.value ? Date.now() : 0),
    parked,
    now: useServerNow(),
    notSaved,
    act,
    anew: async (item, anew) => {
      await sendAnew(item, anew);
    },
    drop: giveUp,
  };
}

const OFFERED: Record<List, Partial<Record<CaseCard["state"], MoveAction[]>>> = {
  queue: {
    dispatched: ["accept", "respond", ...HANDS_BACK, "note"],
    accepted: ["respond", "start", ...HANDS_BACK, "note"],
    in_progress: ["respond", ...HANDS_BACK, "note"],
  },
  checks: {
    verifying: ["verify_true", "verify_false", "note"],
    responded: ["check_pass", "check_fail", "check_cannot_find", "note"],
  },
};

/** The case as the lists on this phone know it: enough to find the place and to do the work without network. */
async function listed(id: string): Promise<CaseDetail | null> {
  for (const list of ["queue", "checks"] as const) {
    const card = (await recall<Cards>(listKey(list)))?.value.items.find((row) => row.id === id);
    if (card)
      return {
        ...withoutPage,
        ...card,
        photos: photoOf(card),
        actions: OFFERED[list][card.state] ?? ["note"],
      };
  }
  return null;
}

const photoOf = (card: CaseCard): Media[] =>
  card.photo ? [{ ...listPhoto, id: card.id, thumb: card.photo }] : [];

const listPhoto = {
  seq: 1,
  kind: "before",
  state: "derived",
  reason: null,
  large: null,
  width: null,
  height: null,
  taken_at: null,
} as const;

const withoutPage = {
  why: [],
  description: "",
  closing: null,
  requirement: null,
  refuse_reason: null,
  refuse_responsible: null,
  voices: [],
  history: [],
  blocked: [],
  request: null,
  first_due_at: null,
  extensions: 0,
  returns: 0,
  reopened: 0,
  forced: false,
  appealed: null,
  assigned_to: null,
  clocks: [],
  recurrence_of: null,
};
