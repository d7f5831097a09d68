import { createApp } from "vue";
import App from "./App.vue";
import { startLanguage } from "./i18n";
import { keepRescueKey } from "./outbox";
import { router } from "./router";
import { config, loadConfig } from "./state/district";
import { watchLook } from "./state/look";
import { startSending, wireOutbox } from "./state/outbox";
import { confirmSession, rememberSession } from "./state/session";
import { watchStorage } from "./state/storage";
import { watchUnsent } from "./state/unsent";
import { watchForUpdates } from "./state/update";
import { idle, turn } from "./ui/turns";

/** What is seen comes first, in pieces between which taps are answered; then what works behind it. */
async function start(): Promise<void> {
  watchLook();
  wireOutbox();
  await startLanguage();
  await rememberSession();
  const room = document.createElement("div");
  room.id = "app";
  // What the server sent to be seen at once stays until the page itself can take its place.
  const app = createApp(App, { onSettled: () => document.getElementById("app")?.replaceWith(room) }).use(
    router,
  );
  await router.isReady().catch(() => undefined);
  await turn();
  app.mount(room);
  void confirmSession();
  await idle();
  void loadConfig()
    .then(() => config.value?.rescue_key && keepRescueKey(config.value.rescue_key))
    .catch(() => undefined);
  watchUnsent();
  await idle();
  startSending();
  await idle();
  watchStorage();
  void watchForUpdates();
}

void start();
