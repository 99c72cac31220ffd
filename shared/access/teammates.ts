import * as z from "zod";
import type { Item, Place, Table } from "../ports.ts";
import { PERMISSIONS } from "./permissions.ts";
import { ROLES } from "./principal.ts";

const schema = z.object({
  email: z.string(),
  name: z.string(),
  role: z.enum(ROLES),
  permissions: z.array(z.enum(PERMISSIONS)),
});

/** Somebody who works for the program. */
export type Teammate = z.output<typeof schema>;

const teammatesPk = (program: string): string => `${program}/teammates`;

const place = (program: string, email: string): Place => ({ pk: teammatesPk(program), sk: email.toLowerCase() });

/** The item of a teammate. */
export const teammateItem = (program: string, teammate: Teammate): Item => ({
  ...place(program, teammate.email),
  ...teammate,
});

/** The program's teammate with this address, in whatever case it is written. */
export async function findTeammate(
  table: Pick<Table, "get">,
  program: string,
  email: string,
): Promise<Teammate | undefined> {
  const [item] = await table.get([place(program, email)]);
  return item && schema.parse(item);
}

/** All teammates of the program, by address. */
export async function listTeammates(table: Pick<Table, "query">, program: string): Promise<Teammate[]> {
  const teammates: Teammate[] = [];
  for await (const page of table.query({ pk: teammatesPk(program) })) {
    teammates.push(...page.map((item) => schema.parse(item)));
  }
  return teammates;
}
