import { atOnce } from "../at-once.ts";
import type { Item, Place, Table, Write } from "../ports.ts";
import { claimPlace } from "../records/place.ts";
import { declarationOf } from "../records/index.ts";
import type { BaseRecord, Declaration } from "../records/record.ts";
import { type Claim, claimItem, toClaim } from "./claim.ts";
import { CONCURRENT_WRITES } from "./concurrent-writes.ts";
import { fromImage, fromItem, MOVED, type Stored, toItem } from "./stored.ts";

/** How often a record is followed that moves while it is looked up. */
const MOST_MOVES = 5;

export type Reader = ReturnType<typeof createReader>;

/** Reads records by their places and by the claims on their unique values. */
export function createReader(table: Table) {
  async function complete(declaration: Declaration, claim: Claim): Promise<void> {
    if (claim.image === undefined) return;
    const { mark, at } = claim;
    const revision = { rev: 1, at, mark };
    const company = claim.company.flatMap(({ kind, image }) => {
      const made = declarationOf(kind);
      const record = fromImage(made, image);
      const held = made.unique(record).map((unique, index) => claimItem(made, record, unique, revision, index === 0));
      return [...held, toItem(made, record, revision)];
    });
    const record = toItem(declaration, fromImage(declaration, claim.image), revision);
    // Unless the claim is gone by now: then the record has not been begun only, but taken out.
    const held: Write = { update: claim.place, set: { _at: at }, when: { equals: { key: claim.key, _at: at } } };
    for (const put of [...company, record]) await table.transact([held, { put, when: { absent: true } }]);
  }

  /** Completes the creations whose record is not there. A record that is there has its company. */
  async function completeMissing(declaration: Declaration, held: readonly Claim[]): Promise<void> {
    const homes = await table.get(held.map(({ home }) => home));
    const missing = held.filter((_, index) => homes[index] === undefined);
    await atOnce(CONCURRENT_WRITES, missing, (claim) => complete(declaration, claim));
  }

  const stored = <R extends BaseRecord>(declaration: Declaration<R>, item: Item | undefined): Stored<R> | undefined =>
    item === undefined || item[MOVED] === true ? undefined : fromItem(declaration, item);

  async function read<R extends BaseRecord>(declaration: Declaration<R>, places: readonly Place[]) {
    const items = await table.get(places);
    return items.map((item) => stored(declaration, item));
  }

  async function claims(declaration: Declaration, program: string, field: string, values: readonly string[]) {
    const items = await table.get(values.map((value) => claimPlace(program, declaration.kind, field, value)));
    return items.map((item) => item && toClaim(item));
  }

  async function readClaimed<R extends BaseRecord>(
    declaration: Declaration<R>,
    found: readonly (Claim | undefined)[],
    moves = MOST_MOVES,
  ): Promise<(Stored<R> | undefined)[]> {
    const held = found.filter((claim) => claim !== undefined);
    const homes = await read(
      declaration,
      held.map(({ home }) => home),
    );
    // A claim without its record is a creation in progress: help it along rather than wait for it.
    const missing = held.filter((claim, index) => homes[index] === undefined && claim.image !== undefined);
    await atOnce(CONCURRENT_WRITES, missing, (claim) => complete(declaration, claim));
    const helped =
      missing.length === 0
        ? []
        : await read(
            declaration,
            missing.map(({ home }) => home),
          );
    const byClaim = new Map(held.map((claim, index) => [claim, homes[index] ?? helped[missing.indexOf(claim)]]));
    // Otherwise the record moved after its claim was read, and the claim leads to its new place by now.
    const lost = held.filter((claim) => byClaim.get(claim) === undefined);
    if (lost.length > 0 && moves > 0) {
      const items = await table.get(lost.map(({ place }) => place));
      const led = await readClaimed(
        declaration,
        items.map((item) => item && toClaim(item)),
        moves - 1,
      );
      for (const [index, claim] of lost.entries()) byClaim.set(claim, led[index]);
    }
    return found.map((claim) => claim && byClaim.get(claim));
  }

  return { claims, completeMissing, read, readClaimed, stored };
}
