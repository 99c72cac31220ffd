import type { Ledger } from "../../ledger/ledger.ts";
import { keyPair, type KeyPairRecord, keyPairsPk } from "../../records/key-pair.ts";
import { type Answer, list } from "../envelope.ts";
import { newestFirst, pageOfAll } from "../paging.ts";
import { present } from "../present.ts";
import type { ApiRequest } from "../request.ts";

interface Dependencies {
  readonly ledger: Pick<Ledger, "collection">;
}

/** The program's pairs of keys, those that are out of use among them. */
export async function listKeyPairs({ ledger }: Dependencies, { principal, query }: ApiRequest): Promise<Answer> {
  const all: KeyPairRecord[] = [];
  for await (const { record } of ledger.collection(keyPair, keyPairsPk(principal.program))) all.push(record);
  const { items, has_more } = pageOfAll(newestFirst(all), query);
  return list({ items: items.map((one) => present(keyPair, one)), has_more }, "Key pairs retrieved");
}
