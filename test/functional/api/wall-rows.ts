import type { RouteId } from "../../../shared/api/routes.ts";

/** How a route is called about something of a program. */
export interface WallRow {
  /** Values of the path's parameters, by name. */
  readonly path?: (program: string) => Readonly<Record<string, string>>;
  readonly query?: (program: string) => Readonly<Record<string, string>>;
  readonly body?: (program: string) => unknown;
}

const keyed = (of: (program: string) => string, body?: WallRow["body"]): WallRow => ({
  path: (program) => ({ key: of(program) }),
  ...(body && { body }),
});

const aPartner = (program: string): string => `${program}-partner-1`;
const anApplication = (program: string): string => `appl_${program}_13`;
const aGroup = (program: string): string => `grup_${program}`;
const aTier = (program: string): string => `tier_${program}`;
const aProduct = (program: string): string => `prod_${program}_1`;
const aCustomer = (program: string): string => `cus_${program}_1`;
const aLead = (program: string): string => `lead_${program}_1`;
const aDeal = (program: string): string => `deal_${program}_1`;
const aTransaction = (program: string): string => `${program}-payment-1`;
const aReward = (program: string): string => `rwrd_${program}_1`;
const anImport = (program: string): string => `imp_${program}`;
const anExport = (program: string): string => `exp_${program}`;
const aReport = "vrc_partners";
const aTrigger = (program: string): string => `trig_${program}`;

const aWebhook = (program: string): string => `whk_${program}`;

const rules = { name: "A", event: "partner_joined", effects: [{ type: "move_group", group_key: "none" }] };

/** Every route's row: the compiler asks for one for each. */
export const wallRows: Readonly<Record<RouteId, WallRow>> = {
  listPartnerships: {},
  createPartnership: { body: (program) => ({ email: `new-partner@${program}.example`, first_name: "A" }) },
  movePartnerships: { body: (program) => ({ group_key: "default", partner_keys: [aPartner(program)] }) },
  getPartnership: keyed(aPartner),
  updatePartnership: keyed(aPartner, () => ({ first_name: "Changed" })),
  archivePartnership: keyed(aPartner),
  tagPartnership: keyed(aPartner, () => ({ tags: ["changed"] })),
  addMember: keyed(aPartner, (program) => ({ email: `member@${program}.example`, first_name: "A", last_name: "B" })),
  getPartnerTeam: keyed((program) => `stck_${program}_1`),
  listApplications: {},
  createApplication: {
    body: (program) => ({ email: `applicant@${program}.example`, first_name: "A", last_name: "B" }),
  },
  decideApplications: { body: (program) => ({ decision: "approved", application_keys: [anApplication(program)] }) },
  decideApplication: keyed(anApplication, () => ({ decision: "approved" })),
  listGroups: {},
  createGroup: { body: () => ({ name: "New" }) },
  getGroup: keyed(aGroup),
  updateGroup: keyed(aGroup, () => ({ name: "Changed" })),
  archiveGroup: keyed(aGroup),
  listTiers: {},
  listTierCollection: {},
  createTier: { body: () => ({ name: "Gold" }) },
  updateTier: keyed(aTier, () => ({ name: "Changed" })),
  archiveTier: keyed(aTier),
  listProducts: {},
  createProduct: { body: () => ({ product_key: "team-annual", name: "Team" }) },
  getProduct: keyed(aProduct),
  updateProduct: keyed(aProduct, () => ({ name: "Changed" })),
  archiveProduct: keyed(aProduct),
  listProductBook: {},
  listListingCategories: {},
  listLinks: keyed(aPartner),
  createLink: { body: (program) => ({ partner_key: aPartner(program), name: "spring", dest: "https://example.com" }) },
  archiveLink: keyed((program) => `link_${program}`),
  listCustomers: {},
  createCustomer: {
    body: (program) => ({ email: `new@${program}.example`, partner_key: aPartner(program) }),
  },
  listPartners: {},
  getPartner: keyed(aPartner),
  listPartnerCustomers: keyed(aPartner),
  listPartnerRewards: keyed(aPartner),
  listPartnerTransactions: keyed(aPartner),
  listPartnerLeads: keyed(aPartner),
  listPartnerDeals: keyed(aPartner),
  listPartnerSubscriptions: keyed(aPartner),
  getProgram: {},
  updateProgram: { body: () => ({ name: "Changed" }) },
  getCustomerHistory: keyed(aCustomer),
  getCustomer: keyed(aCustomer),
  updateCustomer: keyed(aCustomer, () => ({ name: "Changed" })),
  archiveCustomer: keyed(aCustomer),
  listLeads: {},
  createLead: {
    body: (program) => ({
      external_key: `new-lead-${program}`,
      partner_key: aPartner(program),
      status: "open",
      meta: { first_name: "A", last_name: "B", email: `lead@${program}.example`, company: "C" },
    }),
  },
  listLeadForms: {},
  getLead: keyed(aLead),
  updateLead: keyed(aLead, () => ({ status: "dead" })),
  archiveLead: keyed(aLead),
  convertLead: keyed(aLead, (program) => ({ email: `buyer@${program}.example` })),
  listDeals: {},
  createDeal: {
    body: (program) => ({
      account_name: "A",
      amount: 100,
      close_date: "2026-05-01",
      stage: "Working",
      partner_key: aPartner(program),
    }),
  },
  listDealForms: {},
  getDeal: keyed(aDeal),
  updateDeal: keyed(aDeal, () => ({ stage: "Negotiating" })),
  archiveDeal: keyed(aDeal),
  convertDeal: keyed(aDeal, (program) => ({ email: `buyer@${program}.example` })),
  assignDeal: {
    path: (program) => ({ key: aDeal(program), partnership_key: `part_${program}_2`, stack_key: "stck_1" }),
  },
  listDealFiles: keyed(aDeal),
  createDealFile: keyed(aDeal, () => ({ filename: "a.pdf", bytes: 10, content_type: "application/pdf" })),
  getDealFile: { path: (program) => ({ key: aDeal(program), file_key: "file_1" }) },
  listFormTemplates: {},
  listSalesCycleStages: { path: () => ({ object_type: "lead" }) },
  listTransactions: {},
  createTransaction: {
    body: (program) => ({ customer_key: aCustomer(program), amount: 100, currency: "USD" }),
  },
  convertTransactions: { body: (program) => ({ keys: [aTransaction(program)] }) },
  getTransaction: keyed(aTransaction),
  reviewTransaction: keyed(aTransaction, () => ({ approved: false })),
  archiveTransaction: keyed(aTransaction),
  convertTransaction: keyed(aTransaction),
  listRewards: {},
  createReward: {
    body: (program) => ({ amount: 100, description: "A", target: { type: "customer", key: aCustomer(program) } }),
  },
  decideRewards: { body: (program) => ({ decision: "hold", keys: [aReward(program)] }) },
  convertRewards: { body: (program) => ({ keys: [aReward(program)] }) },
  getReward: keyed(aReward),
  updateReward: keyed(aReward, () => ({ description: "B" })),
  approveReward: keyed(aReward),
  declineReward: keyed(aReward, () => ({ reason: "B" })),
  holdReward: keyed(aReward),
  resetReward: keyed(aReward),
  payReward: keyed(aReward),
  convertReward: keyed(aReward),
  archiveReward: keyed(aReward),
  getRates: {},
  putRates: { body: () => ({ rates: { EUR: "1.1" } }) },
  listImports: {},
  createImport: { body: () => ({ type: "partners", filename: "a.csv" }) },
  getImport: keyed(anImport),
  listImportRows: keyed(anImport),
  getImportErrors: keyed(anImport),
  cancelImport: keyed(anImport),
  getImportHeaders: { path: () => ({ type: "partners" }) },
  getImportTemplate: { path: () => ({ type: "partners" }) },
  listImportEffects: keyed(anImport),
  undoImport: keyed(anImport),
  listUndoneRows: keyed(anImport),
  listTriggers: {},
  createTrigger: { body: () => rules },
  getTrigger: keyed(aTrigger),
  updateTrigger: keyed(aTrigger, () => ({ name: "B" })),
  archiveTrigger: keyed(aTrigger),
  createExport: { body: (program) => ({ member_email: `admin@${program}.example` }) },
  listExports: {},
  getExport: keyed(anExport),
  createExportLink: keyed(anExport),
  revokeExport: keyed(anExport),
  listReports: {},
  getReport: { path: () => ({ report_key: aReport }) },
  exportReport: {
    path: () => ({ report_key: aReport }),
    body: (program) => ({ member_email: `admin@${program}.example` }),
  },
  getReportExport: keyed((program) => `vrex_${program}_report`),
  listWebhooks: {},
  createWebhook: { body: () => ({ target: "https://hooks.example.com/in", events: ["customer.created"] }) },
  getWebhook: keyed(aWebhook),
  updateWebhook: keyed(aWebhook, () => ({ name: "B" })),
  archiveWebhook: keyed(aWebhook),
  rotateWebhookSecret: keyed(aWebhook, () => ({})),
  testWebhook: keyed(aWebhook),
  listWebhookDeliveries: keyed(aWebhook),
  getWebhookDelivery: { path: (program) => ({ key: aWebhook(program), delivery_key: "dlv_1" }) },
  redeliverWebhook: { path: (program) => ({ key: aWebhook(program), delivery_key: "dlv_1" }) },
  listAuditLog: {},
  listKeyPairs: {},
  createKeyPair: { body: () => ({ name: "A" }) },
  rotateKeyPair: keyed(
    (program) => `kp_${program}`,
    () => ({}),
  ),
  revokeKeyPair: keyed((program) => `kp_${program}`),
  listTokens: {},
  createToken: { body: (program) => ({ partnership_key: `part_${program}_1`, name: "A" }) },
  revokeToken: keyed((program) => `tok_${program}`),
  listTeammates: {},
  addTeammate: { body: (program) => ({ email: `new@${program}.example` }) },
  getTeammate: keyed((program) => `team_${program}`),
  updateTeammate: keyed(
    (program) => `team_${program}`,
    () => ({ name: "B" }),
  ),
  removeTeammate: keyed((program) => `team_${program}`),
  getMe: {},
  listMyTokens: {},
  createMyToken: { body: () => ({ name: "A" }) },
  revokeMyToken: keyed((program) => `tok_${program}`),
  requestSignIn: { body: (program) => ({ program, email: `nobody@${program}.example` }) },
  signIn: { body: () => ({ token: "unknown" }) },
  getOpenApi: {},
  getDocs: {},
};
