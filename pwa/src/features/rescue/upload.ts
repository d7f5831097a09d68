import { callHeaders } from "../../api/client";
import { NetworkError } from "../../api/errors";
import { ApiError, problem } from "../../api/problem";

export interface RescueResult {
  id: string;
  kind: "report" | "move";
  result: "stored" | "known" | "held" | "conflicting" | "refused";
  photos_stored: number;
  photos_missing: number;
  code: string | null;
  detail: string;
}

/** Two gigabytes: the server takes no larger file. */
export const LARGEST = 2_000_000_000;

/**
 * Sends the file of a phone, straight from the disk, and resolves with what became of each item. `onShare` hears how
 * much has left, in percent; 100: the server is reading. Raises ApiError, NetworkError, and AbortError when stopped.
 */
export async function upload(
  file: Blob,
  onShare: (percent: number) => void,
  signal: AbortSignal,
): Promise<RescueResult[]> {
  const headers = await callHeaders("POST");
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    xhr.open("POST", "/api/v1/rescue");
    for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value);
    xhr.setRequestHeader("Content-Type", "application/zip");
    xhr.upload.onprogress = ({ loaded, total }) => onShare(total ? Math.floor((100 * loaded) / total) : 0);
    xhr.upload.onload = () => onShare(100);
    xhr.onload = () => {
      try {
        resolve(read(xhr.status, xhr.responseText));
      } catch (failure) {
        reject(failure);
      }
    };
    xhr.onerror = () => reject(new NetworkError("offline"));
    xhr.onabort = () => reject(new DOMException("stopped", "AbortError"));
    signal.addEventListener("abort", () => xhr.abort());
    xhr.send(file);
  });
}

function read(status: number, text: string): RescueResult[] {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw status >= 500 ? new ApiError(status, "server_down", "") : new NetworkError("portal");
  }
  if (status >= 300) throw problem(status, body, null);
  const items = (body as { items?: RescueResult[] } | null)?.items;
  if (!Array.isArray(items)) throw new NetworkError("portal");
  return items;
}
