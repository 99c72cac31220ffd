import type { ServerResponse } from "node:http";
import type { LocalClock } from "./clock.ts";
import { listen } from "./listen.ts";
import type { LocalServer } from "./listen.ts";
import { readBody } from "./read-body.ts";

/** Starts the server through which the local clock is read and advanced. */
export async function startControl(clock: LocalClock, port?: number): Promise<LocalServer> {
  return listen(async (incoming, response) => {
    const body = await readBody(incoming, 10_000);
    if (incoming.url !== "/clock") return answer(response, 404, { error: "only /clock is here" });
    if (incoming.method === "GET") return answer(response, 200, { now: clock.now() });
    const ms = readAdvance(body?.toString() ?? "");
    if (ms === undefined) return answer(response, 400, { error: "advance_ms must be a number of at least 0" });
    clock.advance(ms);
    await nextSecond();
    answer(response, 200, { now: clock.now() });
  }, port);
}

/** Signatures carry whole seconds: only from the next one on is a new signature surely newer than the advance. */
function nextSecond(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1001 - (Date.now() % 1000)));
}

function readAdvance(body: string): number | undefined {
  try {
    const ms: unknown = JSON.parse(body).advance_ms;
    return typeof ms === "number" && Number.isFinite(ms) && ms >= 0 ? ms : undefined;
  } catch {
    return undefined;
  }
}

function answer(response: ServerResponse, status: number, content: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(content));
}
