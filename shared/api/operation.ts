import type { Answer } from "./envelope.ts";
import type { ApiRequest, OpenRequest } from "./request.ts";
import type { Needs, Route } from "./route.ts";

type IdOf<Routes extends readonly Route[], Needed extends Needs> = Extract<
  Routes[number],
  { readonly needs: Needed }
>["id"];

/** What routes do that anybody may call. */
export type OpenOperations<Routes extends readonly Route[]> = Readonly<
  Record<IdOf<Routes, "nothing">, (request: OpenRequest) => Promise<Answer>>
>;

/** What all other routes do. */
export type Operations<Routes extends readonly Route[]> = Readonly<
  Record<IdOf<Routes, Exclude<Needs, "nothing">>, (request: ApiRequest) => Promise<Answer>>
>;
