import { lines } from "../functional/imports-harness.ts";
import { aTriggerSpec, type EffectSpec, rewards } from "../functional/imports-property-triggers.ts";
import { describeImportFaults } from "./describe-import-faults.ts";

const PARTNERS = "partner_first,partner_last,partner_email,partner_key,partner_group";
const CUSTOMERS = "customer_key,email,partner_key,name";
const TRANSACTIONS = "key,customer_key,amount_in_cents,currency,created_at";
const LEADS = "first_name,last_name,email,company,partner_key,status,external_key,created_at";

const twoPartners = ["partners", lines(PARTNERS, "Ada,Lee,ada@x.io,ada,", "Bo,Ng,bo@x.io,bo,")] as const;
const threeCustomers = ["customers", lines(CUSTOMERS, "u1,u1@x.io,ada,", "u2,u2@x.io,bo,", "u3,u3@x.io,,")] as const;

const mails: EffectSpec = { type: "mail", to: "partner" };
const toGold: EffectSpec = { type: "move", group: "Gold Resellers" };

const sales = lines(
  TRANSACTIONS,
  "t1,u1,1000,EUR,2026-01-05",
  ",u2,-500,,",
  "t2,u1,2500,,2026-01-06",
  "t1,u1,1100,EUR,",
  "t9,nobody,1,,",
  "t3,u3,300,,",
  "t4,u1,70,,",
  "t5,u2,70,,2026-01-06",
);

describeImportFaults({
  "sales that earn a reward and write a mail": {
    before: [twoPartners, threeCustomers],
    triggers: [aTriggerSpec("transaction_created", [rewards({}), mails])],
    type: "transactions",
    body: sales,
    partRows: 3,
    waveRows: 2,
  },
  "sales that move their partner to another group": {
    before: [twoPartners, threeCustomers],
    triggers: [
      aTriggerSpec("transaction_created", [toGold], { least: 1000 }),
      aTriggerSpec("partner_moved", [rewards({ worth: { flat: 5000 } }), mails]),
      aTriggerSpec("transaction_created", [rewards({})], { group: { op: "is", name: "Gold Resellers" }, position: 1 }),
    ],
    type: "transactions",
    body: sales,
    partRows: 3,
    waveRows: 3,
  },
  "sales of which the first are rewarded, and no more than so much": {
    before: [twoPartners, threeCustomers],
    triggers: [
      aTriggerSpec("transaction_created", [rewards({ worth: { flat: 100 }, first: 1 })]),
      aTriggerSpec("transaction_created", [rewards({ cap: { amount: 120, per: "partnership" } })], {
        dollarsOnly: true,
      }),
    ],
    type: "transactions",
    body: sales,
    partRows: 3,
    waveRows: 3,
  },
  "partners that join with an invitation, and move": {
    before: [twoPartners],
    triggers: [
      aTriggerSpec("partner_joined", [rewards({ worth: { flat: 500 } }), toGold]),
      aTriggerSpec("partner_moved", [mails]),
    ],
    type: "partners",
    folder: "send-invites/",
    body: lines(
      PARTNERS,
      "Cy,Oz,cy@x.io,cy,",
      "Ada,Lee,ada@x.io,,gold",
      "Di,Po,di@x.io,cy,",
      "Cy,Oz,cyrus@x.io,cy,affiliates",
      "Bo,Ng,bo@x.io,,",
      "Ed,Qu,ed@x.io,,gold",
    ),
    partRows: 4,
    waveRows: 3,
  },
  "leads that reach a status, and move their partner": {
    before: [twoPartners],
    triggers: [
      aTriggerSpec("lead_status", [toGold, rewards({ worth: { flat: 100 } })], { status: "closed won" }),
      aTriggerSpec("lead_status", [mails], { group: { op: "is", name: "Gold Resellers" } }),
    ],
    type: "leads",
    body: lines(
      LEADS,
      "Lu,A,a@x.io,C,ada,open,k1,2026-01-05",
      "Lo,B,b@x.io,C,bo,open,k2,2026-01-06",
      "Lu,A,a@x.io,C,ada,closed won,k1,",
      "La,C,c@x.io,C,ada,open,,",
      "Lo,B,b@x.io,C,bo,closed won,k2,",
      "La,C,c@x.io,C,ada,dead,,",
    ),
    partRows: 4,
    waveRows: 3,
  },
  "a dry run": {
    before: [twoPartners, threeCustomers],
    triggers: [
      aTriggerSpec("transaction_created", [toGold, mails], { least: 1000 }),
      aTriggerSpec("transaction_created", [rewards({ first: 1 })]),
    ],
    type: "transactions",
    folder: "dry-run/",
    body: sales,
    partRows: 3,
    waveRows: 2,
  },
  "all of a file": {
    before: [twoPartners],
    triggers: [aTriggerSpec("customer_created", [rewards({ worth: { flat: 500 } }), mails])],
    type: "customers",
    metadata: { "error-policy": "all_or_nothing" },
    body: lines(CUSTOMERS, "u1,u1@x.io,ada,", "u2,u2@x.io,bo,", "u1,u1@x.io,,Uma", "u3,u3@x.io,bo,", "u4,u4@x.io,,"),
    partRows: 2,
    waveRows: 2,
  },
  "nothing of a file": {
    before: [twoPartners],
    triggers: [aTriggerSpec("customer_created", [rewards({ worth: { flat: 500 } }), mails])],
    type: "customers",
    metadata: { "error-policy": "all_or_nothing" },
    body: lines(CUSTOMERS, "u1,u1@x.io,ada,", "u2,u2@x.io,bo,", "u1,u1@x.io,,Uma", "u3,u2@x.io,bo,"),
    partRows: 2,
    waveRows: 2,
  },
});
