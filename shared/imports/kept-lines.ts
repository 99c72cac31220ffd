import type * as z from "zod";
import type { ObjectStore } from "../ports.ts";
import { readAll } from "../read-all.ts";

/** Keeps a list as a line of JSON each unless one is kept there already; false when one is. */
export const keepLines = (objects: ObjectStore, key: string, list: readonly unknown[]): Promise<boolean> =>
  objects.put(key, list.map((one) => `${JSON.stringify(one)}\n`).join(""), {
    type: "application/x-ndjson",
    ifAbsent: true,
  });

/** A list that was kept; empty when there is none. */
export async function readLines<T>(objects: Pick<ObjectStore, "get">, key: string, schema: z.ZodType<T>): Promise<T[]> {
  const object = await objects.get(key);
  if (object === undefined) return [];
  const lines = (await readAll(object.body)).toString("utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => schema.parse(JSON.parse(line)));
}
