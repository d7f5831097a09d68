import "vant/es/style/base.css";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/frame.css";

/** A background tab paints nothing: it is not waited for. */
const LONGEST_MS = 100;

const painted = () =>
  new Promise<void>((go) => {
    requestAnimationFrame(() => setTimeout(go));
    setTimeout(go, LONGEST_MS);
  });

/**
 * What the server sent to be seen at once (public/shell) is painted before our own code takes the time to start. All
 * parts are on their way meanwhile.
 */
async function begin(): Promise<void> {
  await painted();
  await import("./engine");
  await new Promise((go) => setTimeout(go));
  await import("./start");
}

void begin();
