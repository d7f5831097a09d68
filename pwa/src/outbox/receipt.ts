import type { Answer } from "./transport";
import type { Item, Photo, Receipt } from "./types";

/** An answer that looks like success and is none of ours: a captive portal, a proxy's page, another report's receipt. */
export class BadReceipt extends Error {
  override name = "BadReceipt";
}

/**
 * The receipt in an answer, or BadReceipt. Nothing counts as delivered without it: our own header, our own id, the
 * hash of exactly the payload we froze, and for each photo the hash of exactly the bytes we hold.
 */
export function verifiedReceipt(answer: Answer, item: Item, photos: Photo[]): Receipt {
  if (answer.header("X-Intake") !== "1") throw new BadReceipt("not from our server");
  const receipt = parse(answer.text);
  if (receipt.id !== item.id) throw new BadReceipt("another id");
  if (receipt.payload_sha256 !== item.payload_sha256) throw new BadReceipt("another payload");
  for (const slot of receipt.photos) {
    const local = photos.find((photo) => photo.id === slot.id);
    if (!local || local.sha256 !== slot.sha256) throw new BadReceipt("another photo");
  }
  if (
    receipt.state !== "held" &&
    photos.some((photo) => !receipt.photos.some((slot) => slot.id === photo.id))
  ) {
    throw new BadReceipt("a photo is missing");
  }
  return receipt;
}

function parse(text: string): Receipt {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new BadReceipt("not JSON");
  }
  if (!body || typeof body !== "object" || !Array.isArray((body as Receipt).photos)) {
    throw new BadReceipt("no receipt");
  }
  return body as Receipt;
}
