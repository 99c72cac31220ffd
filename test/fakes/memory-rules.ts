import { applied as applyWrite, placeOf } from "../../shared/ledger/apply-write.ts";
import { INDEXES } from "../../shared/names.ts";
import type { Item, Place, Value, Write } from "../../shared/ports.ts";
import { sizeOfItem } from "./item-size.ts";

const ITEM_BYTES = 400 * 1024;
const KEY_BYTES = { pk: 2048, sk: 1024 } as const;
const TOO_GREAT = 1e126;
const LEAST_NUMBER = 1e-130;

/** What DynamoDB answers to a request that makes no sense. */
export class Invalid extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ValidationException";
  }
}

/** Refuses what DynamoDB refuses whatever is stored. */
export function requireValid(write: Write): void {
  requirePlace(placeOf(write));
  if ("put" in write) frozen(write.put);
  if ("update" in write) {
    const { add = {}, set = {} } = write;
    requireSeparate(add, set);
    copyOfMap({ ...add, ...set });
  }
  if (write.when !== undefined) Object.values(write.when).forEach(copyOf);
}

/** What the item is after the write, if DynamoDB would take it; `undefined` when it is gone. */
export function applied(write: Write, stored: Item | undefined): Item | undefined {
  const after = asInvalid(() => applyWrite(write, stored));
  return after === undefined || after === stored ? after : frozen(after);
}

/** What makes no sense to us makes none to DynamoDB. */
function asInvalid<Answer>(work: () => Answer): Answer {
  try {
    return work();
  } catch (error) {
    throw new Invalid(error instanceof Error ? error.message : String(error));
  }
}

function requireSeparate(add: object, set: object): void {
  for (const name of [...Object.keys(add), ...Object.keys(set)]) {
    if (name === "pk" || name === "sk") throw new Invalid(`${name} is part of the key`);
  }
  for (const name of Object.keys(add)) {
    const [map = ""] = name.split(".");
    if (Object.hasOwn(set, map) || (map !== name && Object.hasOwn(add, map)))
      throw new Invalid(`two changes of ${map} overlap`);
  }
}

export function requirePlace({ pk, sk }: Place): void {
  for (const [name, value] of Object.entries({ pk, sk })) {
    const bytes = Buffer.byteLength(value);
    if (bytes === 0) throw new Invalid(`${name} is empty`);
    if (bytes > KEY_BYTES[name as "pk" | "sk"]) throw new Invalid(`${name} is ${bytes} bytes long`);
  }
}

/** An item of one's own that nobody can change, if DynamoDB would take it. */
function frozen(item: Item): Item {
  for (const name of Object.values(INDEXES).flatMap(({ pk, sk }) => [pk, sk])) {
    const key = item[name];
    if (key !== undefined && (typeof key !== "string" || key === ""))
      throw new Invalid(`${name} is no key for the list`);
  }
  const own = copyOfMap(item) as Item;
  if (sizeOfItem(own) > ITEM_BYTES) throw new Invalid("the item is larger than 400 KB");
  return own;
}

function copyOfMap(map: Readonly<Record<string, Value | undefined>>): Readonly<Record<string, Value>> {
  const copy: Record<string, Value> = {};
  for (const [name, value] of Object.entries(map)) if (value !== undefined) copy[name] = copyOf(value);
  return Object.freeze(copy);
}

function copyOf(value: Value): Value {
  if (typeof value === "number") {
    // There is no negative zero in DynamoDB.
    if (value === 0) return 0;
    const magnitude = Math.abs(value);
    if (!(magnitude >= LEAST_NUMBER && magnitude < TOO_GREAT)) throw new Invalid(`${value} cannot be stored`);
    return value;
  }
  if (Array.isArray(value)) return Object.freeze(value.map(copyOf));
  return isMap(value) ? copyOfMap(value) : value;
}

const isMap = (value: Value | undefined): value is Readonly<Record<string, Value>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
