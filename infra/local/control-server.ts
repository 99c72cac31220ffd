import type { ServerResponse } from "node:http";
import type { LocalClock } from "./clock.ts";
import { listen } from "./listen.ts";
import type { LocalServer } from "./listen.ts";
import { readBody } from "./read-body.ts";

/** The numbers of the processes that each function runs in right now. */
export type FunctionPids = Readonly<Record<string, readonly number[]>>;

interface ControlOptions {
  readonly clock: LocalClock;
  readonly functions: () => FunctionPids;
  readonly port?: number;
}

/** Starts the server through which the local clock is read and advanced, and the functions' processes are found. */
export async function startControl({ clock, functions, port }: ControlOptions): Promise<LocalServer> {
  return listen(async (incoming, response) => {
    const body = await readBody(incoming, 10_000);
    const isRead = incoming.method === "GET";
    if (incoming.url === "/functions" && isRead) return answer(response, 200, { functions: functions() });
    if (incoming.url !== "/clock") return answer(response, 404, { error: "only /clock and /functions are here" });
    if (isRead) return answer(response, 200, { now: clock.now() });
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
