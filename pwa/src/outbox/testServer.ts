import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

interface Kept {
  payload: Buffer;
  photos: Map<string, { sha256: string; slot: string; reason?: string; bytes?: Buffer }>;
  captured_by: string | null;
}

export interface Seen {
  method: string;
  path: string;
  headers: IncomingMessage["headers"];
  bytes: number;
}

export type Fault = (request: Seen, response: ServerResponse, store: () => void) => boolean;

/**
 * The other side of the contract on a real socket, small enough to read: keeps what it is sent, by id, and answers
 * with receipts. `fault` may answer instead (true), after storing or without.
 */
export class TestServer {
  readonly reports = new Map<string, Kept>();
  readonly seen: Seen[] = [];
  readonly tokens = new Set<string>();
  /** whose cookie the phone has at the moment */
  person: string | null = null;
  fault: Fault | null = null;
  origin = "";
  private registered = 0;
  private server: Server;

  constructor() {
    this.server = createServer((request, response) => void this.answer(request, response));
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    this.origin = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  puts(): string[] {
    return this.seen.filter((request) => request.method === "PUT").map((request) => request.path);
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const seen = {
      method: request.method ?? "",
      path: request.url ?? "",
      headers: request.headers,
      bytes: body.length,
    };
    this.seen.push(seen);
    let status = 0;
    let reply: unknown = null;
    const handle = () => {
      [status, reply] = this.handle(seen, body);
    };
    if (this.fault?.(seen, response, handle)) return;
    handle();
    send(response, status, reply);
  }

  private handle(request: Seen, body: Buffer): [number, unknown] {
    if (request.path === "/api/v1/devices") {
      const token = `token-${++this.registered}`;
      this.tokens.add(token);
      return [201, { device_id: JSON.parse(body.toString()).device_id, token }];
    }
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
    if (!this.tokens.has(token)) return problem(401, "sign_in", { device: true });
    const [, id = "", photo, tail] =
      /(?:reports|moves)\/([^/]+)(?:\/photos\/([^/]+)|\/(receipt))?$/.exec(request.path) ?? [];
    const known = this.reports.get(id);
    const asked = known || photo || tail ? null : JSON.parse(body.toString());
    const owner = known?.captured_by ?? asked?.captured_by;
    if (owner && this.person === null) return problem(401, "sign_in");
    if (owner && this.person !== owner) return problem(403, "wrong_account");
    if (tail) return known ? [200, this.receipt(id, known)] : problem(404, "unknown_report");
    if (photo) return this.photo(id, known, photo, body);
    if (known) {
      return known.payload.equals(body) ? [200, this.receipt(id, known)] : problem(409, "other_bytes");
    }
    const photos = new Map(
      asked.photos.map((row: { id: string; sha256: string }) => [
        row.id,
        { sha256: row.sha256, slot: "expected" },
      ]),
    ) as Kept["photos"];
    const fresh = { payload: body, photos, captured_by: asked.captured_by };
    this.reports.set(id, fresh);
    return [201, this.receipt(id, fresh)];
  }

  private photo(id: string, known: Kept | undefined, photoId: string, body: Buffer): [number, unknown] {
    const slot = known?.photos.get(photoId);
    if (!known) return problem(404, "unknown_report");
    if (!slot) return problem(409, "not_in_manifest");
    if (hash(body) !== slot.sha256) return problem(422, "digest_mismatch");
    slot.slot = "stored";
    slot.bytes = body;
    return [201, this.receipt(id, known)];
  }

  receipt(id: string, kept: Kept): Record<string, unknown> {
    const photos = [...kept.photos].map(([photo, { sha256, slot }]) => ({ id: photo, sha256, slot }));
    const complete = photos.every((photo) => photo.slot !== "expected");
    return {
      id,
      state: complete ? "complete" : "receiving",
      rev: 1,
      public_ref: "ref",
      payload_sha256: hash(kept.payload),
      photos,
      received_at: new Date().toISOString(),
    };
  }
}

export const hash = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

export const problem = (
  status: number,
  code: string,
  facts: Record<string, unknown> = {},
): [number, unknown] => [
  status,
  { type: `urn:xuncheng:${code}`, code, detail: `detail of ${code}`, ...facts },
];

export function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, {
    "Content-Type": status < 300 ? "application/json" : "application/problem+json",
    ...(status < 300 ? { "X-Intake": "1" } : {}),
    ...headers,
  });
  response.end(JSON.stringify(body));
}
