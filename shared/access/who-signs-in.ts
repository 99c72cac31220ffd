import type { Ledger } from "../ledger/ledger.ts";
import type { Table } from "../ports.ts";
import { partnership } from "../records/partnership.ts";
import type { TokenHolder } from "./credentials.ts";
import { findTeammate } from "./teammates.ts";

/** As what people sign in. */
export const SIGN_IN_KINDS = ["teammate", "partner"] as const;

export type SignInKind = (typeof SIGN_IN_KINDS)[number];

interface Dependencies {
  readonly table: Pick<Table, "get">;
  readonly ledger: Pick<Ledger, "find">;
}

/**
 * Who may sign in with an address: a teammate, or a partner who is approved and not archived. Whoever is both is the
 * teammate unless told otherwise.
 */
export async function whoSignsIn(
  { table, ledger }: Dependencies,
  program: string,
  email: string,
  as?: SignInKind,
): Promise<TokenHolder | undefined> {
  const teammate = as === "partner" ? undefined : await findTeammate(table, program, email);
  if (teammate !== undefined)
    return { program, kind: "teammate", email: teammate.email, membership: teammate.membership };
  if (as === "teammate") return undefined;
  const [partner] = await ledger.find(partnership, program, "email", [email.toLowerCase()]);
  if (partner === undefined || partner.record.archived || partner.record.status !== "approved") return undefined;
  return { program, kind: "partner", email: partner.record.email, partnership: partner.record.key };
}
