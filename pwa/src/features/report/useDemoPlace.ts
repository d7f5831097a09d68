import { computed, type Ref, ref } from "vue";
import type { Point } from "../../api/types";
import { type Fix, instant } from "../../outbox";
import { config } from "../../state/district";

const KEY = "xuncheng.demo_place";

interface Kept {
  on: boolean;
  place: (Point & { name: string }) | null;
}

function read(): Kept {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "") as Kept;
    return { on: kept.on !== false, place: kept.place ?? null };
  } catch {
    return { on: true, place: null };
  }
}

const kept = ref<Kept>(read());

/** In a demo the phone can stand in the district although its holder does not: a labelled switch, on at first. */
export function useDemoPlace(): {
  offered: Ref<boolean>;
  on: Ref<boolean>;
  place: Ref<(Point & { name: string | null }) | null>;
  set: (change: Partial<Kept>) => void;
  fixAt: (shutter: number) => Fix | null;
} {
  const offered = computed(() => config.value?.demo === true && config.value.demo_position !== null);
  const on = computed(() => offered.value && kept.value.on);
  const place = computed(() => {
    const home = config.value?.demo_position;
    return kept.value.place ?? (home ? { ...home, name: null } : null);
  });

  function set(change: Partial<Kept>): void {
    kept.value = { ...kept.value, ...change };
    localStorage.setItem(KEY, JSON.stringify(kept.value));
  }

  function fixAt(shutter: number): Fix | null {
    if (!on.value || !place.value) return null;
    const { lon, lat } = place.value;
    return {
      lon,
      lat,
      accuracy_m: 8,
      fix_at: instant(shutter),
      source: "demo",
      age_s: 0,
    };
  }

  return { offered, on, place, set, fixAt };
}
