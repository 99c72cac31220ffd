import type { RouteId } from "../routes.ts";
import { Answered, type Example } from "./example.ts";

// What the examples are about, where the program itself has given it no key of its own.
const tier = new Answered("createTier", "key", "tier_2v8q3xj5t7r9w1y4z6a8bcdefg");
const trigger = new Answered("createTrigger", "key", "trig_3w9r4yk6v8s0x2z5a7b9cdefgh");
const webhook = new Answered("createWebhook", "key", "whk_4x0s5zm7w9t1y3a6b8c0defghj");
const delivery = new Answered("testWebhook", "key", "dlv_17750448000005y1t6an8x0v2z4b7c9d1efghjk");
const partnership = new Answered("createPartnership", "key", "part_6z2v7bp9y1w3a5c8d0e2fghjkm");
const team = new Answered("addMember", "key", "stck_7a3w8cq0z2x4b6d9e1f3ghjkmn");
const application = new Answered("createApplication", "key", "appl_8b4x9dr1a3y5c7e0f2g4hjkmnp");
const link = new Answered("createLink", "key", "link_9c5y0es2b4z6d8f1g3h5jkmnpq");
const reward = new Answered("createReward", "key", "rwrd_0d6z1ft3c5a7e9g2h4j6kmnpqr");
const earned = new Answered("listRewards", "items.0.key", "rwrd_1e7a2gv4d6b8f0h3j5k7mnpqrs");
const file = new Answered("createDealFile", "key", "file_2f8b3hw5e7c9g1j4k6m8npqrst");
const keyPair = new Answered("createKeyPair", "key", "keyp_3g9c4jx6f8d0h2k5m7n9pqrstv");
const newKeyPair = new Answered("rotateKeyPair", "key", "keyp_4h0d5ky7g9e1j3m6n8p0qrstvw");
const partnersToken = new Answered("createToken", "key", "tok_5j1e6mz8h0f2k4n7p9q1rstvwx_6k2f7n");
const ownToken = new Answered("createMyToken", "key", "tok_6k2f7na9j1g3m5p8q0r2stvwxy_7m3g8p");
const teammate = new Answered("addTeammate", "key", "mate_7m3g8pb0k2h4n6q9r1s3tvwxyz");
const code = new Answered("requestSignIn", "code", "one-time-code-of-the-mail");
const session = new Answered("signIn", "token", "$TOKEN");
const dropped = new Answered("listImports", "items.0.key", "imp_8n4h9qc1m3j5p7r0s2t4vwxyza");
const asked = new Answered("createImport", "key", "imp_9p5j0rd2n4k6q8s1t3v5wxyzab");
const earlier = new Answered("listExports", "items.0.key", "exp_0q6k1se3p5m7r9t2v4w6xyzabc");
const report = new Answered("exportReport", "key", "vrex_2s8n3ug5r7p9t1w4y6z8abcdef");
const bundle = new Answered("createExport", "key", "exp_1r7m2tf4q6n8s0v3w5x7yzabcd");

// Keys that the program has given.
const PARTNER = "lighthouse";
const CUSTOMER = "acct_1042";
const TRANSACTION = "inv_2026_0042";
const LEAD = "lead-ines";
const DEAL = "opp_77";
const GROUP = "resellers";
const PRODUCT = "team-annual-2";

/**
 * An example of each route, in an order in which they can be carried out: a program gets its terms, a partner comes, brings a
 * customer and is rewarded; what is left is archived. A test carries them out.
 */
export const examples: Readonly<Record<RouteId, Example>> = {
  getOpenApi: {},
  getDocs: {},

  // The program and its terms.
  getProgram: {},
  updateProgram: { body: { name: "Acme", link_base: "https://www.example.com/start" } },
  getRates: {},
  createGroup: {
    body: {
      name: "Resellers",
      slug: GROUP,
      offers: "20 % of what each customer pays in the first year",
      features: { leads_enabled: true, deals_enabled: true },
    },
  },
  listGroups: { query: { order_by: "created_at" } },
  getGroup: { path: { key: GROUP } },
  updateGroup: { path: { key: GROUP }, body: { offers: "25 % of what each customer pays in the first year" } },
  listFormTemplates: { query: { group: GROUP, target_type: "deal" } },
  listLeadForms: { query: { group: GROUP } },
  listDealForms: { query: { group: GROUP } },
  listSalesCycleStages: { path: { object_type: "deal" }, query: { group: GROUP } },
  createTier: { body: { name: "Gold", position: 2, requirements: "10 customers who pay" } },
  updateTier: { path: { key: tier }, body: { requirements: "12 customers who pay" } },
  listTiers: {},
  createProduct: { body: { product_key: PRODUCT, name: "Team, for a year", category_key: "annual-plans" } },
  listProducts: {},
  getProduct: { path: { key: PRODUCT } },
  updateProduct: { path: { key: PRODUCT }, body: { name: "Team, paid by the year" } },
  listListingCategories: {},
  listProductBook: {},
  listTierCollection: {},
  createTrigger: {
    body: {
      name: "25 % of the first year",
      event: "transaction_created",
      conditions: { match: "all", rules: [{ field: "partnership.group_key", op: "in", value: [GROUP] }] },
      effects: [
        {
          type: "reward",
          percent: "25",
          first_transactions: 12,
          description: "Your share of what {customer.name} paid",
        },
      ],
    },
  },
  listTriggers: {},
  getTrigger: { path: { key: trigger } },
  updateTrigger: { path: { key: trigger }, body: { position: 1 } },

  // Somebody else is to hear of it.
  createWebhook: {
    body: {
      name: "Billing",
      target: "https://hooks.example.com/partner-ledger",
      events: ["customer.created", "reward.approved"],
    },
  },
  listWebhooks: {},
  getWebhook: { path: { key: webhook } },
  updateWebhook: { path: { key: webhook }, body: { events: ["customer.*", "reward.approved", "reward.paid"] } },
  testWebhook: { path: { key: webhook } },
  listWebhookDeliveries: { path: { key: webhook }, query: { status: "pending" } },
  getWebhookDelivery: { path: { key: webhook, delivery_key: delivery } },
  redeliverWebhook: { path: { key: webhook, delivery_key: delivery } },
  rotateWebhookSecret: { path: { key: webhook }, body: { overlap_hours: 48 } },

  // A partner joins, and another one applies.
  createPartnership: {
    body: {
      email: "lena@lighthouse.example",
      first_name: "Lena",
      last_name: "Vogt",
      partner_key: PARTNER,
      group_key: "default",
      manager_email: "grace@acme.example",
      tags: ["emea"],
    },
  },
  listPartnerships: { query: { search: "light", limit: "25" } },
  getPartnership: { path: { key: PARTNER } },
  updatePartnership: { path: { key: PARTNER }, body: { tier_key: tier, address: { country: "DE" } } },
  movePartnerships: { body: { group_key: GROUP, partner_keys: [PARTNER] } },
  tagPartnership: { path: { key: PARTNER }, body: { add: ["launch"], remove: ["emea"] } },
  addMember: {
    path: { key: PARTNER },
    body: { email: "jonas@lighthouse.example", first_name: "Jonas", last_name: "Maier" },
  },
  getPartnerTeam: { path: { key: team } },
  createApplication: {
    body: { email: "omar@harbour.example", first_name: "Omar", last_name: "Haddad", group_key: GROUP },
  },
  listApplications: { query: { status: "pending" } },
  decideApplication: {
    path: { key: application },
    body: { decision: "declined", reason: "Your website could not be reached." },
  },
  decideApplications: { body: { decision: "approved", application_keys: [application] } },
  createLink: { body: { partner_key: PARTNER, name: "spring", dest: "https://www.example.com/spring" } },
  listLinks: { path: { key: PARTNER } },

  // The partner brings a customer, who pays in a currency without a rate as yet.
  createCustomer: {
    body: {
      email: "billing@northwind.example",
      name: "Northwind",
      customer_key: CUSTOMER,
      partner_key: PARTNER,
      field_data: { region: "North" },
    },
  },
  listCustomers: { query: { partner_key: PARTNER, order_by: "-created_at" } },
  getCustomer: { path: { key: CUSTOMER } },
  updateCustomer: { path: { key: CUSTOMER }, body: { name: "Northwind Traders" } },
  createTransaction: {
    body: {
      key: TRANSACTION,
      customer_external_key: CUSTOMER,
      amount: 50_000,
      currency: "EUR",
      product_key: "team-annual",
      subscription_key: "sub_318",
      subscription_plan: "Team",
      metadata: { order: "A-17" },
    },
  },
  getTransaction: { path: { key: TRANSACTION } },
  listTransactions: { query: { customer_key: CUSTOMER, unconverted: "true" } },
  getCustomerHistory: { path: { key: CUSTOMER } },
  listRewards: { query: { transaction_key: TRANSACTION } },
  createReward: {
    body: { amount: 2_500, currency: "EUR", description: "Spring bonus", target: { type: "customer", key: CUSTOMER } },
  },
  putRates: { body: { rates: { EUR: "1.0842", GBP: "1.2711" } } },
  convertTransaction: { path: { key: TRANSACTION } },
  convertTransactions: { body: { keys: [TRANSACTION] } },
  convertReward: { path: { key: reward } },
  convertRewards: { body: { keys: [reward, earned] } },
  reviewTransaction: { path: { key: TRANSACTION }, body: { approved: false, unapproved_reasons: ["duplicate"] } },

  // The reward is decided.
  getReward: { path: { key: reward } },
  updateReward: { path: { key: reward }, body: { amount: 3_000 } },
  holdReward: { path: { key: reward } },
  resetReward: { path: { key: reward } },
  declineReward: { path: { key: reward }, body: { reason: "The customer asked for the money back." } },
  decideRewards: { body: { decision: "hold", keys: [earned] } },
  approveReward: { path: { key: reward } },
  payReward: { path: { key: reward } },

  // A lead becomes a customer, and so does a deal.
  createLead: {
    body: {
      external_key: LEAD,
      partner_key: PARTNER,
      status: "open",
      first_name: "Ines",
      last_name: "Costa",
      email: "ines@orchard.example",
      company: "Orchard",
      amount: 120_000,
      currency: "EUR",
    },
  },
  listLeads: { query: { partner_key: PARTNER, status: "open" } },
  getLead: { path: { key: LEAD } },
  updateLead: { path: { key: LEAD }, body: { status: "closed won" } },
  convertLead: { path: { key: LEAD }, body: { email: "ines@orchard.example", customer_key: "acct_1043" } },
  createDeal: {
    body: {
      external_key: DEAL,
      partner_key: PARTNER,
      account_name: "Tailspin Toys",
      amount: 900_000,
      currency: "EUR",
      close_date: "2026-06-30",
      stage: "Working",
    },
  },
  listDeals: { query: { stage: "Working", order_by: "-updated_at" } },
  getDeal: { path: { key: DEAL } },
  updateDeal: { path: { key: DEAL }, body: { stage: "Negotiating" } },
  assignDeal: { path: { key: DEAL, partnership_key: PARTNER, stack_key: team } },
  createDealFile: {
    path: { key: DEAL },
    body: { filename: "offer.pdf", bytes: 48_213, content_type: "application/pdf" },
  },
  listDealFiles: { path: { key: DEAL } },
  getDealFile: { path: { key: DEAL, file_key: file } },
  convertDeal: { path: { key: DEAL }, body: { email: "buyer@tailspin.example", customer_key: "acct_1044" } },

  // Reading about partners.
  listPartners: { query: { search: "light", order_by: "name" } },
  getPartner: { path: { key: PARTNER } },
  listPartnerCustomers: { path: { key: PARTNER }, query: { search: "northwind" } },
  listPartnerRewards: { path: { key: PARTNER } },
  listPartnerTransactions: { path: { key: PARTNER }, query: { format: "csv" } },
  listPartnerLeads: { path: { key: PARTNER } },
  listPartnerDeals: { path: { key: PARTNER } },
  listPartnerSubscriptions: { path: { key: PARTNER } },

  // Who may do what.
  addTeammate: { body: { email: "grace@acme.example", name: "Grace Okafor", role: "technical" } },
  listTeammates: {},
  getTeammate: { path: { key: teammate } },
  updateTeammate: {
    path: { key: teammate },
    body: { role: "member", permissions: ["records:read", "imports:read", "exports:create"] },
  },
  requestSignIn: { body: { program: "acme", email: "grace@acme.example" } },
  signIn: { body: { token: code } },
  getMe: { token: session },
  createMyToken: { token: session, body: { name: "Nightly report", expires_in_days: 30 } },
  listMyTokens: { token: session },
  revokeMyToken: { token: session, path: { key: ownToken } },
  createToken: { body: { partnership_key: partnership, name: "Their dashboard" } },
  listTokens: {},
  revokeToken: { path: { key: partnersToken } },
  createKeyPair: { body: { name: "Billing" } },
  listKeyPairs: {},
  rotateKeyPair: { path: { key: keyPair }, body: { overlap_hours: 24 } },
  revokeKeyPair: { path: { key: newKeyPair } },
  listAuditLog: { query: { limit: "25" } },

  // A file that was dropped into the bucket is looked into and undone, and another one is asked for.
  getImportHeaders: { path: { type: "customers" } },
  getImportTemplate: { path: { type: "customers" } },
  listImports: { query: { status: "completed" } },
  getImport: { path: { key: dropped } },
  listImportRows: { path: { key: dropped }, query: { outcome: "failed" } },
  getImportErrors: { path: { key: dropped } },
  listImportEffects: { path: { key: dropped } },
  undoImport: { path: { key: dropped } },
  listUndoneRows: { path: { key: dropped } },
  createImport: { body: { type: "customers", filename: "april.csv", bytes: 18_204, options: { dry_run: true } } },
  cancelImport: { path: { key: asked } },

  // A fresh link to a bundle, and another bundle.
  listExports: {},
  createExportLink: { path: { key: earlier } },
  createExport: {
    body: {
      member_email: "grace@acme.example",
      export_types: ["partners", "transactions"],
      from: "2026-01-01",
      to: "2026-03-31",
      group: GROUP,
    },
  },
  getExport: { path: { key: bundle } },
  revokeExport: { path: { key: bundle } },

  // Nothing is lost of what is archived.
  archiveReward: { path: { key: earned } },
  archiveTransaction: { path: { key: TRANSACTION } },
  listReports: {},
  getReport: { path: { report_key: "vrc_rewards" } },
  exportReport: { path: { report_key: "vrc_rewards" }, body: { member_email: "grace@acme.example" } },
  getReportExport: { path: { key: report } },
  archiveLink: { path: { key: link } },
  archiveProduct: { path: { key: PRODUCT } },
  archiveDeal: { path: { key: DEAL } },
  archiveLead: { path: { key: LEAD } },
  archiveCustomer: { path: { key: CUSTOMER } },
  archivePartnership: { path: { key: PARTNER } },
  archiveTrigger: { path: { key: trigger } },
  archiveWebhook: { path: { key: webhook } },
  archiveTier: { path: { key: tier } },
  archiveGroup: { path: { key: GROUP } },
  removeTeammate: { path: { key: teammate } },
};
