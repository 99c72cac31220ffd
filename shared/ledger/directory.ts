import type { Table } from "../ports.ts";
import { directoryPks } from "../records/place.ts";
import { listedKey } from "./removal.ts";

/** Where somebody who walks the directory stands. */
export interface DirectoryPlace {
  readonly shard: number;
  readonly key: string;
}

/**
 * The partnerships of a program that are there, or were at an instant before, each once. What is there is listed again
 * beside the grave of a former life, and both stand side by side.
 */
export async function* directory(
  table: Pick<Table, "query">,
  program: string,
  at: number,
  from?: DirectoryPlace,
): AsyncGenerator<DirectoryPlace> {
  let last = from?.key;
  for (const [shard, pk] of directoryPks(program).entries()) {
    if (from !== undefined && shard < from.shard) continue;
    const after = shard === from?.shard ? { after: from.key } : {};
    for await (const page of table.query({ pk, ...after })) {
      for (const entry of page) {
        const key = listedKey(entry, at);
        if (key === undefined || key === last) continue;
        last = key;
        yield { shard, key };
      }
    }
  }
}
