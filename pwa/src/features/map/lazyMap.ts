import { type Component, defineAsyncComponent } from "vue";
import MapLoading from "./MapLoading.vue";
import MapMissing from "./MapMissing.vue";

/** The map library is several times the rest of the app: it is fetched when a map is really shown, if it can be had. */
export const LazyMap = defineAsyncComponent({
  loader: async (): Promise<Component> => {
    try {
      return (await import("./CellMap.vue")).default;
    } catch {
      return MapMissing;
    }
  },
  loadingComponent: MapLoading,
  delay: 0,
});
