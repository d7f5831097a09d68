import { createApp } from "vue";
import App from "./App.vue";
import { startLanguage } from "./i18n";
import { keepRescueKey } from "./outbox";
import { router } from "./router";
import { config, loadConfig } from "./state/district";
import { watchLook } from "./state/look";
import { wireOutbox } from "./state/outbox";
import { confirmSession, rememberSession } from "./state/session";
import { watchStorage } from "./state/storage";
import { watchUnsent } from "./state/unsent";
import { watchForUpdates } from "./state/update";
import "vant/es/style/base.css";
import "./styles/tokens.css";
import "./styles/base.css";

async function start(): Promise<void> {
  watchLook();
  await startLanguage();
  await rememberSession();
  void confirmSession();
  void loadConfig()
    .then(() => config.value?.rescue_key && keepRescueKey(config.value.rescue_key))
    .catch(() => undefined);
  wireOutbox();
  watchStorage();
  watchUnsent();
  createApp(App).use(router).mount("#app");
  void watchForUpdates();
}

void start();
