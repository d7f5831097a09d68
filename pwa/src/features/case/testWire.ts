import { effectScope } from "vue";

export type Route = (url: URL) => { status?: number; body: unknown } | null;

/** The network of a test: `route` answers by address; null is no network at all. */
export class Wire {
  readonly asked: string[] = [];
  route: Route = () => null;

  readonly fetch = async (input: RequestInfo | URL): Promise<Response> => {
    const url = new URL(String(input), "http://phone.test");
    this.asked.push(url.pathname + url.search);
    const answer = this.route(url);
    if (!answer) throw new TypeError("no network");
    const type = (answer.status ?? 200) < 300 ? "application/json" : "application/problem+json";
    return new Response(JSON.stringify(answer.body), {
      status: answer.status ?? 200,
      headers: { "Content-Type": type },
    });
  };
}

/** Runs a composable as a page would; `leave` closes the page. */
export function asPage<T>(use: () => T): { page: T; leave: () => void } {
  const scope = effectScope();
  const page = scope.run(use);
  if (!page) throw new Error("the page did not start");
  return { page, leave: () => scope.stop() };
}
