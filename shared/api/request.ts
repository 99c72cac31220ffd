import type { Principal } from "../access/principal.ts";

/** A call of the API that anybody may make, whatever carried it. */
export interface OpenRequest {
  readonly path: Readonly<Record<string, string | undefined>>;
  readonly query: Readonly<Record<string, string | undefined>>;
  /** The JSON of the body, unchecked; undefined where there is none. */
  readonly body: unknown;
  /** The address it came from. */
  readonly remoteIp: string;
}

/** A call of the API by somebody known. */
export interface ApiRequest extends OpenRequest {
  readonly principal: Principal;
  /** Names the one change that the request makes; a request that is repeated with its `Idempotency-Key` finds its own. */
  readonly mark: string;
  /** A key for a record that the request makes: the same one each time that the request is repeated. */
  readonly newKey: (prefix: string) => string;
}
