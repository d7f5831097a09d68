import { createApp } from "vue";
import App from "./App.vue";
import { startLanguage } from "./i18n";
import { keepRescueKey } from "./outbox";
import { router } from "./router";
import { config, loadConfig } from "./state/district";
import { watchLook } from "./state/look";
import { wireOutbox } from "./state/outbox";
import { loadSession } from "./state/session";
import { watchStorage } from "./state/storage";
import { watchUnsent } from "./state/unsent";
import { watchForUpdates } from "./state/update";
import "vant/es/style/base.css";
import "./styles/tokens.css";
import "./styles/base.css";

async function start(): Promise<void> {
  watchLook();
  await startLanguage();
  const known = loadSession();
  void loadConfig()
    .then(() => config.value?.rescue_key && keepRescueKey(config.value.rescue_key))
    .catch(() => undefined);
  wireOutbox();
  watchStorage();
  watchUnsent();
  // Who is signed in is on this phone; only the very first start waits for an answer, and never long.
  await Promise.race([known, new Promise((resolve) => setTimeout(resolve, 1500))]);
  createApp(App).use(router).mount("#app");
  void watchForUpdates();
}

void start();
