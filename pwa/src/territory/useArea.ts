import { computed, type Ref } from "vue";
import { get } from "../api/client";
import { type Remote, useRemote } from "../api/useRemote";
import type { Area } from "./area";
import { LocalRoutes } from "./routeIn";

export interface MyArea extends Remote<Area> {
  /** answers "which cell, which squad" from this phone; null while nothing is kept */
  routes: Ref<LocalRoutes | null>;
}

/** My own cells and the rules in them, kept on this phone. The browser asks the server only whether they changed. */
export function useArea(): MyArea {
  const remote = useRemote<Area>("private:area", (signal) => get("/area", undefined, signal));
  const routes = computed(() => (remote.data.value ? new LocalRoutes(remote.data.value) : null));
  return { ...remote, routes };
}
