import type { Condition, Item, Place, Value, Write } from "../ports.ts";

/** The item that a write is about. */
export function placeOf(write: Write): Place {
  if ("put" in write) return write.put;
  if ("remove" in write) return write.remove;
  return "check" in write ? write.check : write.update;
}

/** Whether a write may happen, given what is stored. */
export function conditionHolds(when: Condition | undefined, stored: Item | undefined): boolean {
  if (when === undefined) return true;
  if ("absent" in when) return stored === undefined;
  if ("equals" in when) return Object.entries(when.equals).every(([name, value]) => stored?.[name] === value);
  if (stored === undefined) return true;
  if ("absentOrEquals" in when) {
    return Object.entries(when.absentOrEquals).every(([name, value]) => stored[name] === value);
  }
  return Object.entries(when.absentOrAtMost).every(([name, limit]) => {
    const value = stored[name];
    return typeof value === "number" && value <= limit;
  });
}

/** What the item is after the write; `undefined` when it is gone. */
export function applied(write: Write, stored: Item | undefined): Item | undefined {
  if ("check" in write) return stored;
  if ("remove" in write) return undefined;
  if ("put" in write) return write.put;
  const { update, add = {}, set = {} } = write;
  if (Object.keys(add).length + Object.keys(set).length === 0) return stored;
  const item: Record<string, Value | undefined> & Place = { ...stored, pk: update.pk, sk: update.sk };
  for (const [name, amount] of Object.entries(add)) addTo(item, name, amount);
  for (const [name, value] of Object.entries(set)) item[name] = value;
  return item;
}

/** `a.b` is `b` in the map `a`. */
function addTo(item: Record<string, Value | undefined>, name: string, amount: number): void {
  const dot = name.indexOf(".");
  if (dot < 0) {
    item[name] = sum(item[name], amount);
    return;
  }
  const map = item[name.slice(0, dot)];
  if (!isMap(map)) throw new Error(`there is no map to add ${name} to`);
  const inner = name.slice(dot + 1);
  item[name.slice(0, dot)] = { ...map, [inner]: sum(map[inner], amount) };
}

function sum(value: Value | undefined, amount: number): number {
  if (value !== undefined && typeof value !== "number") throw new Error("only numbers can be added to");
  const total = (value ?? 0) + amount;
  // DynamoDB sums decimally: there, 0.1 + 0.2 is 0.3.
  return Number.isInteger(total) ? total : Number(total.toPrecision(15));
}

const isMap = (value: Value | undefined): value is Readonly<Record<string, Value>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
