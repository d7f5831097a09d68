import { computed, type Ref } from "vue";
import type { Point } from "../../api/types";
import { t } from "../../i18n";
import { places } from "../../state/district";
import { communitiesNear } from "./place";
import type { Report } from "./useReport";

const TOO_FAR_M = 6_000;

export interface PlaceWords {
  label: string | null;
  text: string;
  detail: string | null;
  /** from where lists measure distances; null: nothing is known */
  point: Point | null;
}

/** Where the report will say that it is, in words a reporter knows. */
export function usePlaceWords(report: Report): Ref<PlaceWords> {
  const near = (point: Point): string | null => {
    const first = communitiesNear(places.value, point)[0];
    return first && first.metres < TOO_FAR_M
      ? t("report.place_near", { name: `${first.street} ${first.name}` })
      : null;
  };
  const exact = (metres: number | null) =>
    metres === null ? null : t("report.place_accuracy", { n: Math.round(metres) });
  const coordinates = (point: Point) => `${point.lat.toFixed(4)}, ${point.lon.toFixed(4)}`;

  return computed(() => {
    const placed = report.placed.value;
    const demo = report.demo;
    if (placed.from === "pin") return words(null, placed.name, null, placed.point);
    if (placed.from === "photo") {
      const text = near(placed.point) ?? coordinates(placed.point);
      return words(null, text, t("report.place_photo"), placed.point);
    }
    const fix = placed.from === "fix" ? placed.fix : null;
    if (fix?.source === "demo" || (!fix && demo.on.value && !report.draft.value)) {
      const at = demo.place.value ?? fix;
      if (at) return words(t("report.place_demo"), near(at) ?? coordinates(at), null, at);
    }
    const latest = report.position.latest.value;
    if (fix) return words(null, near(fix) ?? coordinates(fix), exact(fix.accuracy_m), fix);
    if (latest && !report.draft.value) {
      const at = { lon: latest.coords.longitude, lat: latest.coords.latitude };
      return words(null, near(at) ?? coordinates(at), exact(latest.coords.accuracy), at);
    }
    const state = report.position.state.value;
    const key = state === "fixed" ? "none" : state;
    return words(null, t(`report.place_${key}`), null, null);
  });
}

const words = (
  label: string | null,
  text: string,
  detail: string | null,
  point: Point | null,
): PlaceWords => ({ label, text, detail, point });
