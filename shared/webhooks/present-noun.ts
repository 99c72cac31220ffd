import type { Principal } from "../access/principal.ts";
import { applicationsOf } from "../api/applications/application-shape.ts";
import { customersFor } from "../api/customers/customer-shape.ts";
import { presentDeals } from "../api/deals/deal-shape.ts";
import { presentLeads } from "../api/leads/lead-shape.ts";
import { partnershipsFor } from "../api/partnerships/partnership-shape.ts";
import { present, presentExport, presentImport } from "../api/present.ts";
import { rewardsFor } from "../api/rewards/reward-shape.ts";
import { transactionsFor } from "../api/transactions/transaction-shape.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Clock } from "../ports.ts";
import { customer } from "../records/customer.ts";
import { deal } from "../records/deal.ts";
import { exportJob } from "../records/export-job.ts";
import { importJob } from "../records/import-job.ts";
import { declarationOf } from "../records/index.ts";
import { lead } from "../records/lead.ts";
import { partnership } from "../records/partnership.ts";
import { isRecordOf } from "../records/record.ts";
import { reward } from "../records/reward.ts";
import { transaction } from "../records/transaction.ts";
import type { PresentNoun } from "./note-event.ts";

const APPLICATION = "application";

/** Shows records to receivers as the API shows them to the program, joins and placeholders and all. */
export const presentNoun =
  (ledger: Ledger, clock: Clock): PresentNoun =>
  async (noun, record) => {
    const { program } = record;
    const principal: Principal = { program, kind: "key", id: "webhook", permissions: [], test: false };
    // An application is a partnership that has not been decided on.
    const declared = declarationOf(noun === APPLICATION ? partnership.kind : noun);
    const shown = async (): Promise<readonly object[]> => {
      if (isRecordOf(partnership, declared, record)) {
        return noun === APPLICATION
          ? applicationsOf(ledger, program, [record])
          : partnershipsFor(ledger, principal, [record]);
      }
      if (isRecordOf(customer, declared, record)) return customersFor(ledger, principal, [record]);
      if (isRecordOf(transaction, declared, record)) return transactionsFor(ledger, principal, [record]);
      if (isRecordOf(reward, declared, record)) return rewardsFor(ledger, principal, [record]);
      if (isRecordOf(lead, declared, record)) return presentLeads(ledger, program, [record]);
      if (isRecordOf(deal, declared, record)) return presentDeals(ledger, program, [record]);
      if (isRecordOf(importJob, declared, record)) return [presentImport(record, clock())];
      if (isRecordOf(exportJob, declared, record)) return [presentExport(record, clock())];
      return [present(declared, record)];
    };
    const [one = {}] = await shown();
    return one;
  };
