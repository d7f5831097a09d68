import { computed, type Ref } from "vue";
import type { Point } from "../../api/types";
import { poorness } from "../../camera/bestFix";
import { t } from "../../i18n";
import type { Fix } from "../../outbox";
import { places } from "../../state/district";
import { useNow } from "../../ui/useNow";
import { communitiesNear } from "./place";
import type { Report } from "./useReport";

const TOO_FAR_M = 6_000;

export interface PlaceWords {
  label: string | null;
  text: string;
  detail: string | null;
  /** the fix is stale or bad: metres within which the place may be; null when it is good or no fix at all */
  within: number | null;
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
  const now = useNow();
  const exact = ({ accuracy_m, age_s }: Pick<Fix, "accuracy_m" | "age_s">, poor: "bad" | "stale" | null) => {
    if (accuracy_m === null) return null;
    const facts = { n: Math.round(accuracy_m), s: Math.round(Math.abs(age_s ?? 0)) };
    return t(poor ? `report.place_${poor}` : "report.place_accuracy", facts);
  };
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
    const ofFix = (point: Point, of: Pick<Fix, "accuracy_m" | "age_s">) => {
      const poor = poorness(of);
      const found = words(null, near(point) ?? coordinates(point), exact(of, poor), point);
      return poor ? { ...found, within: Math.round(of.accuracy_m ?? 0) } : found;
    };
    if (fix?.source === "demo" || (!fix && demo.on.value && !report.draft.value)) {
      const at = demo.place.value ?? fix;
      if (at) return words(t("report.place_demo"), near(at) ?? coordinates(at), null, at);
    }
    const latest = report.position.latest.value;
    if (fix) return ofFix(fix, fix);
    if (latest && !report.draft.value) {
      const best = report.position.fixAt(Math.max(now.value, latest.timestamp));
      if (best) return ofFix(best, best);
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
): PlaceWords => ({ label, text, detail, within: null, point });
