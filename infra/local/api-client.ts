import { API_BASE } from "../../shared/names.ts";
import { StartProblem } from "./start-problem.ts";

/** What the API said instead of answering. */
export class ApiProblem extends StartProblem {
  readonly status: number;
  readonly reason: string;
  /** The field of the request that is wrong, where one is. */
  readonly field: string | undefined;

  constructor(request: string, status: number, { message, field }: { message?: string; field?: string }) {
    super(`${request} answered ${status}: ${message ?? "no reason was given"}`);
    this.name = "ApiProblem";
    this.status = status;
    this.field = field;
    this.reason = message ?? "no reason was given";
  }
}

/** Asks the API, and gives the data of its answer. Throws an {@link ApiProblem} when it refuses. */
export type Ask = <Data>(method: string, path: string, body?: object) => Promise<Data>;

/** The API of a platform, as anybody may call it. */
export interface ApiClient {
  readonly ask: Ask;
  /** A document, of any size; one that lies elsewhere is fetched from there, where our credentials are nobody's business. */
  document(path: string): Promise<AsyncIterable<Uint8Array>>;
}

export const basic = (publicKey: string, secretKey: string): string =>
  `Basic ${Buffer.from(`${publicKey}:${secretKey}`).toString("base64")}`;

/** `api` is the address without the base path. */
export function apiClient(api: string, authorization: string): ApiClient {
  async function call(method: string, path: string, body?: object): Promise<Response> {
    const response = await fetch(api + API_BASE + path, {
      method,
      redirect: "manual",
      headers: { authorization, ...(body && { "content-type": "application/json" }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const elsewhere = response.headers.get("location");
    const answer = response.status === 302 && elsewhere !== null ? await fetch(elsewhere) : response;
    if (!answer.ok) throw new ApiProblem(`${method} ${path}`, answer.status, reasonIn(await answer.text()));
    return answer;
  }
  return {
    ask: async (method, path, body) => JSON.parse(await (await call(method, path, body)).text()).data,
    document: async (path) => (await call("GET", path)).body ?? ReadableStream.from([]),
  };
}

/** What stands before the API, such as a proxy, may refuse in words of its own. */
function reasonIn(text: string): { message?: string; field?: string } {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}
