import type { Ledger } from "../ledger/ledger.ts";
import type { Stored } from "../ledger/stored.ts";
import type { Clock, Table } from "../ports.ts";
import { derivedKey } from "../records/derived-key.ts";
import { keyPair, keyPairPlace, type KeyPairRecord } from "../records/key-pair.ts";
import { keyPairPointer, keyPairPointerPlace } from "./credentials.ts";
import { findByKey } from "./find-by-key.ts";

interface Dependencies {
  readonly table: Pick<Table, "get">;
  readonly ledger: Pick<Ledger, "commit" | "read">;
  readonly clock: Clock;
}

/** A pair as its public key is at most. */
const LONGEST = 200;

/**
 * The program's pair of this key, or with this public key. A pair of before there were records is put on record when it
 * is asked for by its public key, so that it can be rotated and revoked like any other.
 */
export async function keyPairOf(
  deps: Dependencies,
  program: string,
  name: string | undefined,
): Promise<Stored<KeyPairRecord> | undefined> {
  const { table, ledger } = deps;
  if (name === undefined || !name.startsWith("pk_") || name.length > LONGEST)
    return findByKey(ledger, keyPair, program, name);
  const [item] = await table.get([keyPairPointerPlace(name)]);
  const pointer = item && keyPairPointer.parse(item);
  if (pointer?.program !== program) return undefined;
  const key = pointer.key ?? (await putOnRecord(deps, program, name, pointer.secret_hash));
  const [stored] = await ledger.read(keyPair, [keyPairPlace(program, key)]);
  return stored;
}

async function putOnRecord(
  { ledger, clock }: Dependencies,
  program: string,
  public_key: string,
  secret_hash: string,
): Promise<string> {
  const key = derivedKey("keyp_", public_key);
  const at = clock();
  const after: KeyPairRecord = {
    program,
    key,
    created_at: at,
    updated_at: at,
    name: "Made earlier",
    public_key,
    test: false,
    expires_at: null,
    revoked_at: null,
    replaced_by: null,
    last_used_on: null,
  };
  // Where another request was faster, its record is the same.
  await ledger.commit({
    mark: key,
    changes: [{ declaration: keyPair, after }],
    besides: [{ update: keyPairPointerPlace(public_key), set: { key }, when: { equals: { secret_hash } } }],
  });
  return key;
}
