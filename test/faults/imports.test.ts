import { lines } from "../functional/imports-harness.ts";
import { describeImportFaults } from "./describe-import-faults.ts";
import type { Scenario } from "./imports-faults.ts";

const PARTNERS = "partner_first,partner_last,partner_email,partner_key,partner_group,partner_tags";
const CUSTOMERS = "customer_key,email,partner_key,name,provider_key,created_at";
const TRANSACTIONS = "key,customer_key,amount_in_cents,currency,created_at,product_key";
const REWARDS = "partner_key,target_type,target_key,amount_in_cents,reward_description,reward_currency,created_at";

const MANAGED = "partner_first,partner_last,partner_email,partner_manager,partner_tags";
const LEADS = "first_name,last_name,email,company,partner_key,status,external_key,created_at";
const DEALS = "amount,close_date,partner_key,stage,external_key,currency,created_at";

const threePartners = [
  "partners",
  lines(PARTNERS, "Ada,Lee,ada@x.io,ada,,", "Bo,Ng,bo@x.io,bo,,x", "Cy,Oz,cy@x.io,cy,gold,"),
] as const;
const threeCustomers = [
  "customers",
  lines(CUSTOMERS, "u1,u1@x.io,ada,Uma,p1,2026-01-01", "u2,u2@x.io,bo,,,2026-01-02", "u3,u3@x.io,,Udo,,2026-02-03"),
] as const;
const someTransactions = [
  "transactions",
  lines(TRANSACTIONS, "t1,u1,1000,EUR,2026-01-05,", "t2,u2,2000,USD,2026-01-06,team", "t3,u3,300,,2026-02-06,"),
] as const;

const someLeads = [
  "leads",
  lines(
    LEADS,
    "Lu,A,a@x.io,C,ada,open,k1,2026-01-05",
    "Lo,B,b@x.io,C,ada,open,k2,2026-01-06",
    "La,C,a@x.io,C,bo,closed,,2026-02-06",
  ),
] as const;
const someDeals = [
  "deals",
  lines(DEALS, "100,2026-03-01,ada,Working,k1,,2026-01-05", "200,2026-03-01,bo,Working,k2,EUR,2026-01-06"),
] as const;

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  "new partners": {
    before: [],
    type: "partners",
    body: lines(
      PARTNERS,
      "Ada,Lee,ada@x.io,ada,,",
      "Bo,Ng,bo@x.io,,gold,a|b",
      "Cy,Oz,cy@x.io,ada,,",
      "",
      "Di,Po,di@x.io,di,nowhere,",
      "Ed,Qu,ed@x.io,,,",
    ),
    partRows: 2,
    waveRows: 3,
  },
  "partners that change, and exchange their addresses": {
    before: [threePartners],
    type: "partners",
    body: lines(
      PARTNERS,
      // Nothing to do, until a later row has changed it.
      "Ada,Lee,ada@x.io,ada,,",
      // Known by its address, which a later row gives to another.
      "Bob,Ng,bo@x.io,,,",
      "Bob,Ng,bob@x.io,bo,gold,",
      "Al,Lee,ADA@x.io,,,z",
      // The address is free by now.
      "New,Ng,bo@x.io,new,,",
      // Taken, and free two rows later.
      "Who,Is,cy@x.io,ada,,",
      "Cy,Oz,cyrus@x.io,cy,,",
      "Who,Is,cy@x.io,who,,",
      // By a former key.
      "Ann,Lee,ada@x.io,ann,,",
      "Anna,Lee,ada@x.io,ada,,",
    ),
    partRows: 4,
    waveRows: 3,
  },
  "partners that share managers and tags": {
    before: [threePartners],
    type: "partners",
    body: lines(
      MANAGED,
      "Ada,Lee,ada@x.io,,",
      "Bo,Ng,bo@x.io,Max,a|b",
      "Di,Po,di@x.io,max,B|c",
      "No,Good,no,Mo,lost",
      "Ed,Qu,ed@x.io,Mia,a|d",
      "Ed,Qu,ed@x.io,Max,e",
      "Flo,Ru,flo@x.io,mia,E|c",
    ),
    partRows: 5,
    waveRows: 4,
  },
  "new leads": {
    before: [threePartners],
    type: "leads",
    body: lines(
      LEADS,
      "Lu,A,a@x.io,C,ada,open,k1,2026-01-05",
      "Lo,B,b@x.io,C,ada,Closed-Won,,2026-01-06",
      "La,C,a@x.io,C,bo,dead,,",
      "No,D,d@x.io,C,ada,none,,",
      "Li,E,a@x.io,C,ada,open,k9,",
      "Le,F,b@x.io,C,ada,open,k2,",
    ),
    partRows: 3,
    waveRows: 2,
  },
  "leads that change, move, and exchange their addresses": {
    before: [threePartners, someLeads],
    type: "leads",
    body: lines(
      LEADS,
      "Lu,A,a@x.io,C,ada,open,k1,",
      "Lu,A,tmp@x.io,C,ada,closed,k1,",
      "Lo,B,a@x.io,C,ada,open,k2,",
      "Lu,A,b@x.io,C,ada,open,k1,2026-03-01",
      "Lo,B,a@x.io,C,bo,open,k2,",
      "La,C,c@x.io,C,bo,open,k3,",
      "Lo,B,a@x.io,C,bo,dead,k2,",
      "Le,D,a@x.io,C,ada,open,,",
    ),
    partRows: 4,
    waveRows: 3,
  },
  deals: {
    before: [threePartners, someDeals],
    type: "deals",
    body: lines(
      DEALS,
      "100,2026-03-01,ada,Working,k1,,",
      "150,2026-03-01,ada,Closed won,k1,,",
      "7,2026-03-01,cy,Negotiating,,CHF,",
      "8,2026-03-01,cy,Lost,,,",
      "200,2026-03-01,ada,Working,k2,EUR,",
      "7,2026-03-01,cy,Negotiating,,CHF,",
      "9,2026-03-01,cy,working,k3,,2026-02-01",
      "9,2026-03-02,bo,working,k3,,",
    ),
    partRows: 3,
    waveRows: 3,
  },
  "new customers": {
    before: [threePartners],
    type: "customers",
    body: lines(
      CUSTOMERS,
      "u1,u1@x.io,ada,Uma,p1,2026-01-01",
      "u2,u2@x.io,nobody,,,",
      "u3,u3@x.io,,,,2026-02-03",
      "u4,u1@x.io,bo,,,",
      "u5,u5@x.io,bo,,p5,",
    ),
    partRows: 2,
    waveRows: 2,
  },
  "customers that change, move, and exchange what is theirs": {
    before: [threePartners, threeCustomers, someTransactions],
    type: "customers",
    body: lines(
      CUSTOMERS,
      "u1,u1@x.io,ada,Uma,p1,2026-01-01",
      "u2,two@x.io,ada,,,",
      "u4,u2@x.io,bo,,p4,2026-03-01",
      "u1,u1@x.io,bo,,,2026-02-01",
      "u5,u3@x.io,,,,",
      "u3,three@x.io,cy,Ugo,,",
      "u5,u3@x.io,,,p1,",
      "u1,u1@x.io,ada,,p9,",
      "u5,u3@x.io,,,p1,",
    ),
    partRows: 4,
    waveRows: 3,
  },
  "new transactions, some of them twice": {
    before: [threePartners, threeCustomers],
    type: "transactions",
    body: lines(
      TRANSACTIONS,
      "t1,u1,1000,EUR,2026-01-05,",
      ",u1,-50,,2026-01-05,",
      "t2,u2,2000,CHF,2026-01-06,",
      "t1,u2,1100,EUR,2026-02-05,",
      "t9,nobody,1,,,",
      ",u3,7,,,",
      "t1,u2,1100,,,",
      "t1,u1,1200,,,team",
      ",u2,70,,2026-01-06,",
    ),
    partRows: 3,
    waveRows: 2,
  },
  "transactions that change and move": {
    before: [threePartners, threeCustomers, someTransactions],
    type: "transactions",
    body: lines(
      TRANSACTIONS,
      "t1,u1,1000,,,",
      "t2,u1,2000,,2026-02-06,",
      "t3,u2,300,,,",
      "t1,u1,1500,,,",
      "t4,u1,5,,2026-01-05,",
      "t1,u1,1500,,,",
      "t1,u3,1500,,,",
      "t4,u1,6,,,",
    ),
    partRows: 3,
    waveRows: 2,
  },
  rewards: {
    before: [threePartners, threeCustomers, someTransactions],
    type: "rewards",
    body: lines(
      REWARDS,
      "ada,transaction,t1,100,For t1,,2026-01-31",
      "bo,customer,u2,200,For u2,EUR,2026-01-31",
      "cy,,,300,Bonus,CHF,2026-02-01",
      "ada,customer,u2,400,Not hers,,",
      "ada,,,500,Bonus,,",
      "bo,transaction,,1,Half,,",
      "ada,,,500,Bonus,,",
    ),
    partRows: 3,
    waveRows: 2,
  },
  "rates, some of them twice": {
    before: [],
    type: "rates",
    body: lines("currency,rate", "EUR,2", "CHF,1.12", "EUR,3", "XYZ,1", "GBP,1.27", "CHF,1.13", "EUR,2"),
    partRows: 3,
    waveRows: 2,
  },
  "a file that is no good": {
    before: [],
    type: "partners",
    body: "partner_first,partner_last\nAda,Lee\n",
    partRows: 2,
    waveRows: 2,
  },
  "a file in UTF-16": {
    before: [threePartners],
    type: "customers",
    body: Buffer.from(
      `\u{feff}${lines(CUSTOMERS.replaceAll(",", ";"), "ü1;u1@x.io;ada;Uma;;", "u2;u2;bo;;;", "u3;u3@x.io;bo;;;")}`,
      "utf16le",
    ),
    partRows: 2,
    waveRows: 2,
  },
};

describeImportFaults(SCENARIOS);
