import { audited } from "../access/audited.ts";
import type { Principal } from "../access/principal.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { auditEntry } from "../records/audit-entry.ts";
import { derivedKey } from "../records/derived-key.ts";
import { group, groupsPk } from "../records/group.ts";
import { PARTNER_DEFAULTS, type Partnership, partnership } from "../records/partnership.ts";
import { loadProgram } from "./load-program.ts";

/** The partner_key of the partner that every program has for its test keys. */
export const TEST_PARTNER_KEY = "gstest";

/** Makes the partner of test keys when one of them names it for the first time; any other name is left alone. */
export async function makeTestPartner(
  ledger: Pick<Ledger, "claims" | "collection" | "commit" | "read">,
  principal: Principal,
  named: string | null | undefined,
): Promise<void> {
  if (!principal.test || named !== TEST_PARTNER_KEY) return;
  const [claim] = await ledger.claims(partnership, principal.program, "partner_key", [TEST_PARTNER_KEY]);
  if (claim !== undefined) return;
  const program = await loadProgram(ledger, principal.program);
  const group_key = await defaultGroup(ledger, program.key);
  // It is as old as the program, so that whoever makes it makes the same.
  const at = program.created_at;
  const key = derivedKey("part_", program.key, TEST_PARTNER_KEY);
  const after: Partnership = {
    program: program.key,
    key,
    ...PARTNER_DEFAULTS,
    test: true,
    partner_key: TEST_PARTNER_KEY,
    email: `${TEST_PARTNER_KEY}@${program.key}.test`,
    first_name: "Test",
    last_name: "Partner",
    group_key,
    manager: null,
    tags: [],
    fields: {},
    status: "approved",
    archived: false,
    joined_at: at,
    group_joined_at: at,
    created_at: at,
    updated_at: at,
  };
  // When somebody else makes it at this moment, it is there all the same.
  await ledger.commit({
    mark: key,
    changes: [
      { declaration: partnership, after },
      { declaration: auditEntry, after: audited(after, { action: "partnership.created", actor: principal, at }) },
    ],
  });
}

async function defaultGroup(ledger: Pick<Ledger, "collection">, program: string): Promise<string> {
  for await (const { record } of ledger.collection(group, groupsPk(program))) if (record.default) return record.key;
  throw new Error(`program ${program} has no default group`);
}
