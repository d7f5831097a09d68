/** One request to our server, by path. Resolves with any HTTP answer; rejects with TransportError when none came. */
export interface Request {
  method: "GET" | "POST" | "PUT";
  path: string;
  headers: Record<string, string>;
  body?: Uint8Array<ArrayBuffer>;
  /** the whole attempt */
  timeoutMs: number;
  /** give up when this long nothing moved (only where progress can be seen) */
  stallMs?: number;
  onProgress?: (sentBytes: number) => void;
}

export interface Answer {
  status: number;
  header: (name: string) => string | null;
  text: string;
}

export type Send = (request: Request) => Promise<Answer>;

export class TransportError extends Error {
  constructor(readonly kind: "offline" | "timeout") {
    super(kind);
    this.name = "TransportError";
  }
}

/** fetch: for small requests, and where there is no XMLHttpRequest. */
export const byFetch =
  (origin: string): Send =>
  async ({ method, path, headers, body, timeoutMs }) => {
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const init: RequestInit = { method, headers, signal, credentials: "same-origin" };
      if (body) init.body = body;
      const response = await fetch(origin + path, init);
      return {
        status: response.status,
        header: (name) => response.headers.get(name),
        text: await response.text(),
      };
    } catch {
      throw new TransportError(signal.aborted ? "timeout" : "offline");
    }
  };

/** XMLHttpRequest: the only way for a page to see an upload move, and so to notice that it stands still. */
export const byXhr: Send = (request) =>
  new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    let watchdog: ReturnType<typeof setTimeout> | undefined;
    const alive = () => {
      clearTimeout(watchdog);
      if (request.stallMs) {
        watchdog = setTimeout(() => {
          reject(new TransportError("timeout"));
          xhr.abort();
        }, request.stallMs);
      }
    };
    xhr.open(request.method, request.path);
    for (const [name, value] of Object.entries(request.headers)) xhr.setRequestHeader(name, value);
    xhr.timeout = request.timeoutMs;
    xhr.upload.onprogress = (event) => {
      alive();
      request.onProgress?.(event.loaded);
    };
    xhr.onprogress = alive;
    xhr.onload = () =>
      resolve({ status: xhr.status, header: (name) => xhr.getResponseHeader(name), text: xhr.responseText });
    xhr.onerror = () => reject(new TransportError("offline"));
    xhr.onabort = () => reject(new TransportError("offline"));
    xhr.ontimeout = () => reject(new TransportError("timeout"));
    xhr.onloadend = () => clearTimeout(watchdog);
    alive();
    xhr.send(request.body ?? null);
  });
