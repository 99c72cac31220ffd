import type { Principal } from "../access/principal.ts";

/** A call of the API, whatever carried it. */
export interface ApiRequest {
  readonly principal: Principal;
  readonly path: Readonly<Record<string, string | undefined>>;
  readonly query: Readonly<Record<string, string | undefined>>;
  /** The JSON of the body, unchecked; undefined where there is none. */
  readonly body: unknown;
}
