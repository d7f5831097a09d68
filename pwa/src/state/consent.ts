import { ref } from "vue";
import { config } from "./district";

const KEY = "xuncheng.consent";

const given = ref(localStorage.getItem(KEY));

/** The version of the notice which this phone's user has read and agreed to; null: not the present one. */
export function consentGiven(): string | null {
  const version = config.value?.consent.version;
  return version !== undefined && given.value === version ? version : null;
}

export function giveConsent(version: string): void {
  localStorage.setItem(KEY, version);
  given.value = version;
}
