import * as z from "zod";
import { EXPIRY_ATTRIBUTE, SIGN_IN_MINUTES } from "../names.ts";
import type { Item, Place, Table, Write } from "../ports.ts";
import { hashOf, type RandomToken, type TokenHolder } from "./credentials.ts";

const schema = z
  .discriminatedUnion("kind", [
    z.object({
      kind: z.literal("teammate"),
      program: z.string(),
      email: z.string(),
      membership: z.string().nullable(),
    }),
    z.object({ kind: z.literal("partner"), program: z.string(), email: z.string(), partnership: z.string() }),
  ])
  .and(z.object({ state: z.enum(["open", "used"]), expires_at: z.int() }));

const place = (code: string): Place => ({ pk: `sign-in/${hashOf(code)}`, sk: "#" });

/** Makes a one-time code for somebody; only its hash is kept. */
export async function makeSignInCode(
  { table, randomToken }: { readonly table: Pick<Table, "write">; readonly randomToken: RandomToken },
  holder: TokenHolder,
  now: number,
): Promise<string> {
  const code = randomToken();
  const expires_at = now + SIGN_IN_MINUTES * 60_000;
  const item: Item = {
    ...place(code),
    ...holder,
    ...(holder.kind === "teammate" && { membership: holder.membership ?? null }),
    state: "open",
    expires_at,
    [EXPIRY_ATTRIBUTE]: Math.ceil(expires_at / 1000),
  };
  if (!(await table.write({ put: item, when: { absent: true } }))) throw new Error("a code came up twice");
  return code;
}

/** Whose a code is that can still be used. */
export async function holderOfCode(
  table: Pick<Table, "get">,
  code: string,
  now: number,
): Promise<TokenHolder | undefined> {
  const [item] = await table.get([place(code)]);
  const known = item && schema.parse(item);
  return known?.state === "open" && known.expires_at > now ? known : undefined;
}

/** Uses the code up; of two who do so, one fails. */
export const usingCode = (code: string): Write => ({
  update: place(code),
  set: { state: "used" },
  when: { equals: { state: "open" } },
});
