import { defineAsyncComponent } from "vue";
import MapLoading from "./MapLoading.vue";

/** The map library is several times the rest of the app: it is fetched when a map is really shown. */
export const LazyMap = defineAsyncComponent({
  loader: () => import("./CellMap.vue"),
  loadingComponent: MapLoading,
  errorComponent: MapLoading,
  delay: 0,
});
