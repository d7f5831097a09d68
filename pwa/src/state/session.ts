import { computed, reactive, readonly, ref } from "vue";
import { forgetPrivate, keep, recall } from "../api/cache";
import { get, post, remove } from "../api/client";
import { ApiError } from "../api/errors";
import type { Person, Role, Session } from "../api/types";

interface State {
  /** who works on this phone; remembered without network, until this person signs out */
  person: Person | null;
  /** the server no longer knows the session: reading fails, reports still are this person's and wait for a sign-in */
  expired: boolean;
}

const state = reactive<State>({ person: null, expired: false });

export const session = readonly(state);
/** How often somebody has signed in on this page, the same person too. */
export const signIns = ref(0);
export const roles = computed<Role[]>(() => state.person?.roles.map((post) => post.role) ?? []);
export const isStaff = computed(() => roles.value.length > 0);
export const hasRole = (...wanted: Role[]) => roles.value.some((role) => wanted.includes(role));

/** Tells the other tabs: what waits for a person must not be parked by one that does not know of the sign-in. */
const tabs = "BroadcastChannel" in globalThis ? new BroadcastChannel("xuncheng-session") : null;
tabs?.addEventListener("message", () => {
  void recall<Person | null>("session").then((kept) => {
    state.person = kept?.value ?? null;
    state.expired = false;
  });
});

async function become(person: Person | null): Promise<void> {
  const news = person?.id !== state.person?.id || state.expired;
  state.person = person;
  state.expired = false;
  await keep("session", person);
  if (news) tabs?.postMessage("changed");
}

/** Who is signed in, from this phone: no start waits for the network to know its owner. */
export async function rememberSession(): Promise<void> {
  const kept = await recall<Person | null>("session");
  state.person = kept?.value ?? null;
}

/** Asks the server whether it still is so. */
export async function confirmSession(): Promise<void> {
  // Most people never sign in: nobody is asked for who is not there.
  if (!state.person) return;
  try {
    await become((await get<Session>("/session")).person);
  } catch (error) {
    // An expired session must not turn this person's next report into a stranger's: the name stays until a sign-out.
    if (error instanceof ApiError && error.status === 401) state.expired = state.person !== null;
  }
}

export async function signIn(username: string, password: string): Promise<Person> {
  const { person } = await post<Session>("/session", { username, password });
  await adopt(person);
  return person;
}

/** Takes a person whom the server has just signed in; what another one could read is forgotten. */
export async function adopt(person: Person): Promise<void> {
  if (state.person && state.person.id !== person.id) await forgetPrivate();
  signIns.value += 1;
  await become(person);
}

/** Ends the session here and on the server. Unsent items stay on the phone, under their owner. */
export async function signOut(): Promise<void> {
  try {
    await remove("/session");
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 401)) throw error;
  }
  await forgetPrivate();
  navigator.serviceWorker?.controller?.postMessage("forget-photos");
  await become(null);
}

/** Called by whoever sees a 401: the person stays, but reading asks for a sign-in. */
export function sessionEnded(): void {
  if (state.person) state.expired = true;
}
