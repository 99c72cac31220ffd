import { type RewardSpec, triggerKey, type TriggerSpec } from "./imports-property-triggers.ts";

/**
 * What an import comes to when a file is read from top to bottom, one row after the other, by nobody else: written for
 * comparison and sharing nothing with the importer. Rows are given by their cells; `""` is an empty one.
 */

export interface PartnerRow {
  readonly partner_first: string;
  readonly partner_last: string;
  readonly partner_email: string;
  readonly partner_key: string;
  readonly partner_group: string;
  readonly partner_manager: string;
  readonly partner_tags: string;
  readonly partner_joined_date: string;
}

export interface CustomerRow {
  readonly customer_key: string;
  readonly ps_customer_key: string;
  readonly email: string;
  readonly partner_key: string;
  readonly name: string;
  readonly provider_key: string;
  readonly created_at: string;
}

export interface TransactionRow {
  readonly key: string;
  readonly customer_key: string;
  readonly amount_in_cents: string;
  readonly currency: string;
  readonly product_key: string;
  readonly partner_key: string;
  readonly created_at: string;
  readonly subscription_key: string;
  readonly subscription_plan: string;
  readonly subscription_quantity: string;
  readonly subscription_value_in_cents: string;
}

export interface RewardRow {
  readonly partner_email: string;
  readonly partner_key: string;
  readonly target_type: string;
  readonly target_key: string;
  readonly amount_in_cents: string;
  readonly reward_description: string;
  readonly reward_currency: string;
  readonly status: string;
  readonly created_at: string;
}

export interface LeadRow {
  readonly external_key: string;
  readonly partner_key: string;
  readonly first_name: string;
  readonly last_name: string;
  readonly email: string;
  readonly company: string;
  readonly status: string;
  readonly amount: string;
  readonly created_at: string;
}

export interface DealRow {
  readonly external_key: string;
  readonly partner_key: string;
  readonly amount: string;
  readonly currency: string;
  readonly close_date: string;
  readonly stage: string;
  readonly account_name: string;
  readonly created_at: string;
}

/** A line of a file that is no good row of its type. */
export interface BadLine {
  readonly text: string;
  /** As a row is told of, such as `failed ragged_row`; null for what counts as no row at all. */
  readonly outcome: string | null;
}

export interface Partner {
  partnerKey: string | null;
  readonly ledTo: Set<string>;
  email: string;
  name: string;
  group: string;
  manager: string | null;
  tags: readonly string[];
  joined: number;
  groupJoined: number;
  readonly created: number;
}

interface Customer {
  readonly customerKey: string;
  email: string;
  name: string | null;
  partner: Partner | null;
  /** To whom it belonged before. */
  readonly former: (Partner | null)[];
  provider: string | null;
  created: number;
}

interface Transaction {
  customer: Customer;
  partner: Partner | null;
  amount: number;
  currency: string;
  usd: number | null;
  product: string | null;
  created: number;
  provider: string | null;
  plan: string | null;
  quantity: number | null;
  price: number | null;
}

interface Reward {
  readonly partner: Partner;
  readonly customer: Customer | null;
  readonly transaction: string | null;
  readonly subscription: string | null;
  readonly amount: number;
  readonly currency: string;
  readonly usd: number | null;
  readonly description: string;
  readonly status: string;
  readonly trigger: string | null;
  readonly ready: number | null;
  readonly created: number;
}

/** What a file asks for beside its rows. */
export interface FileOptions {
  readonly triggers: boolean;
  readonly invites: boolean;
}

/** What a trigger, or an invitation, made of a row. */
export interface Fired {
  readonly trigger: string | null;
  readonly effect: "reward" | "move_group" | "send_mail" | "invite";
  readonly partner: Partner;
  readonly amount: number | null;
  readonly currency: string | null;
  readonly group: string | null;
}

interface Mail {
  readonly to: string;
  /** Null for an invitation, whose words are its own affair. */
  readonly text: string | null;
}

interface Money {
  readonly amount: number;
  readonly currency: string;
}

/** What an event is about, beside the partner. */
interface About {
  readonly money?: Money | undefined;
  readonly customer?: Customer;
  readonly transaction?: string;
  readonly product?: string | null;
  readonly status?: string;
  /** What its triggers write, beside the money. */
  readonly words: string;
}

interface Lead {
  externalKey: string | null;
  partner: Partner;
  group: string;
  name: string;
  email: string;
  status: string;
  amount: number | null;
  created: number;
}

interface Deal {
  readonly key: string;
  partner: Partner;
  group: string;
  amount: number;
  currency: string;
  closes: string;
  stage: string;
  account: string | null;
  created: number;
}

/** Ten-thousandths of a US dollar for one unit, and minor digits. None for CHF. */
const MONEY: Readonly<Record<string, readonly [rate: bigint | null, digits: bigint]>> = {
  USD: [10_000n, 2n],
  EUR: [10_842n, 2n],
  JPY: [67n, 0n],
  CHF: [null, 2n],
};
const GROUPS: Readonly<Record<string, string>> = {
  "": "Affiliates",
  affiliates: "Affiliates",
  gold: "Gold Resellers",
  "gold resellers": "Gold Resellers",
};
/** Beside these, which all groups have, the gold one has a status and a stage of its own. */
const STATUSES: Readonly<Record<string, string>> = {
  open: "open",
  "closed won": "closed won",
  "Closed-Won": "closed won",
  dead: "dead",
};
const STAGES: Readonly<Record<string, string>> = {
  working: "Working",
  Closed_won: "Closed won",
  Negotiating: "Negotiating",
};
const BAD_CELLS = new Set(["not an address", "soon", "12x"]);

export class SerialModel {
  readonly partners: Partner[] = [];
  readonly managers = new Set<string>();
  readonly tags = new Set<string>();
  readonly customers: Customer[] = [];
  readonly transactions = new Map<string, Transaction>();
  readonly rewards = new Map<string, Reward>();
  readonly leads: Lead[] = [];
  readonly deals = new Map<string, Deal>();
  readonly mails: Mail[] = [];
  /** In the order they run. */
  readonly triggers: readonly (TriggerSpec & { readonly key: string })[];
  /** How often, and how far, limited effects have been used up. */
  readonly used = new Map<string, { count: number; amount: number }>();
  options: FileOptions = { triggers: true, invites: false };
  /** What has been made of the row so far. */
  fired: Fired[] = [];

  constructor(specs: readonly TriggerSpec[] = []) {
    this.triggers = specs
      .map((spec, index) => ({ ...spec, key: triggerKey(index) }))
      .toSorted((a, b) => a.position - b.position || (a.key < b.key ? -1 : 1));
  }

  /** Another one, with which things may go differently from here on. */
  clone(): SerialModel {
    return Object.assign(new SerialModel(), structuredClone(Object.fromEntries(Object.entries(this))));
  }

  partner(row: PartnerRow, now: number): string {
    if (BAD_CELLS.has(row.partner_email)) return "failed bad_email";
    if (BAD_CELLS.has(row.partner_joined_date)) return "failed bad_date";
    if (row.partner_first === "" || row.partner_email === "") return "failed required";
    const byEmail = this.partners.find(({ email }) => same(email, row.partner_email));
    const byKey = this.partners.find(({ ledTo }) => ledTo.has(row.partner_key));
    if (byEmail && byKey && byEmail !== byKey) return "failed key_taken";
    const group = GROUPS[row.partner_group.toLowerCase()];
    if (group === undefined) return "failed unknown_group";
    const name = `${row.partner_first} ${row.partner_last}`;
    const joined = instantOf(row.partner_joined_date);
    const tags = row.partner_tags === "" ? undefined : row.partner_tags.split("|");
    if (row.partner_manager !== "") this.managers.add(row.partner_manager.toLowerCase());
    for (const tag of tags ?? []) this.tags.add(tag.toLowerCase());
    const partner = byEmail ?? byKey;
    if (partner === undefined) {
      const made: Partner = {
        partnerKey: row.partner_key || null,
        ledTo: new Set(row.partner_key === "" ? [] : [row.partner_key]),
        email: row.partner_email,
        name,
        group,
        manager: row.partner_manager || null,
        tags: tags ?? [],
        joined: joined ?? now,
        groupJoined: joined ?? now,
        created: joined ?? now,
      };
      this.partners.push(made);
      this.#happen("partner_joined", made, { words: "" }, now);
      if (this.options.invites) {
        this.mails.push({ to: made.email, text: null });
        this.#tell(null, "invite", made);
      }
      return "created";
    }
    const before = shape(partner);
    const groupBefore = partner.group;
    if (row.partner_key !== "" && byKey === undefined) {
      partner.partnerKey = row.partner_key;
      partner.ledTo.add(row.partner_key);
    }
    if (!same(partner.email, row.partner_email)) partner.email = row.partner_email;
    partner.name = name;
    if (row.partner_group !== "" && group !== partner.group) {
      partner.group = group;
      partner.groupJoined = now;
    }
    partner.manager = row.partner_manager || partner.manager;
    partner.tags = tags ?? partner.tags;
    partner.joined = joined ?? partner.joined;
    if (shape(partner) === before) return "unchanged";
    if (partner.group !== groupBefore) this.#happen("partner_moved", partner, { words: "" }, now);
    return "updated";
  }

  /** `nameable`: customers that were there before the file, whose keys here a file can name. */
  customer(row: CustomerRow, now: number, nameable: ReadonlySet<string>): string {
    if (BAD_CELLS.has(row.email)) return "failed bad_email";
    if (BAD_CELLS.has(row.created_at)) return "failed bad_date";
    if (row.email === "") return "failed required";
    if ((row.customer_key === "") === (row.ps_customer_key === "")) return "failed not_exactly_one";
    const wanted = row.customer_key || (nameable.has(row.ps_customer_key) ? row.ps_customer_key : "");
    const customer = this.customers.find(({ customerKey }) => customerKey === wanted);
    if (customer === undefined && row.ps_customer_key !== "") return "failed unknown_customer";
    const holder = this.customers.find(({ email }) => same(email, row.email));
    if (holder && holder !== customer) return "failed email_taken";
    const payer = this.customers.find(({ provider }) => row.provider_key !== "" && provider === row.provider_key);
    if (payer && payer !== customer) return "failed provider_key_taken";
    const partner = row.partner_key === "" ? undefined : this.partners.find(({ ledTo }) => ledTo.has(row.partner_key));
    if (row.partner_key !== "" && partner === undefined) return "failed unknown_partner";
    const created = instantOf(row.created_at);
    if (customer === undefined) {
      const made: Customer = {
        customerKey: row.customer_key,
        email: row.email,
        name: row.name || null,
        partner: partner ?? null,
        former: [],
        provider: row.provider_key || null,
        created: created ?? now,
      };
      this.customers.push(made);
      this.#happen("customer_created", made.partner, { customer: made, words: made.customerKey }, now);
      return "created";
    }
    const before = { ...customer };
    if (!same(customer.email, row.email)) customer.email = row.email;
    customer.name = row.name || customer.name;
    if (partner !== undefined && partner !== customer.partner) customer.former.push(customer.partner);
    customer.partner = partner ?? customer.partner;
    customer.provider = row.provider_key || customer.provider;
    customer.created = created ?? customer.created;
    return isSame(before, customer) ? "unchanged" : "updated";
  }

  /** `own` is the key of a row without one. */
  transaction(row: TransactionRow, now: number, own: string): string {
    if (BAD_CELLS.has(row.amount_in_cents)) return "failed bad_number";
    if (BAD_CELLS.has(row.created_at)) return "failed bad_date";
    if (row.subscription_quantity === "0") return "failed bad_count";
    if (row.customer_key === "" || row.amount_in_cents === "") return "failed not_exactly_one";
    const customer = this.customers.find(({ customerKey }) => customerKey === row.customer_key);
    if (customer === undefined) return "failed unknown_customer";
    const key = row.key || own;
    const stored = this.transactions.get(key);
    const named = this.partners.find(({ ledTo }) => ledTo.has(row.partner_key));
    if (row.partner_key !== "" && named === undefined) return "failed unknown_partner";
    const usual = stored?.customer === customer ? stored.partner : customer.partner;
    if (named !== undefined && ![usual, customer.partner, ...customer.former].includes(named))
      return "failed foreign_customer";
    if (row.subscription_value_in_cents === "0") return "failed bad_subscription_value";
    const partner = named ?? usual;
    const amount = Number(row.amount_in_cents);
    const currency = row.currency.toUpperCase() || stored?.currency || "USD";
    const created = instantOf(row.created_at);
    const product = row.product_key || null;
    const provider = row.subscription_key || stored?.provider || null;
    const plan = row.subscription_plan || stored?.plan || null;
    const isNone = provider === null && plan === null;
    const priced = stored?.currency === currency ? stored.price : null;
    const subscription = {
      provider,
      plan,
      quantity: isNone ? null : Number(row.subscription_quantity || stored?.quantity || 1),
      price: isNone ? null : Number(row.subscription_value_in_cents) || priced,
    };
    if (stored === undefined) {
      this.transactions.set(key, {
        ...subscription,
        customer,
        partner,
        amount,
        currency,
        usd: usdOf(amount, currency),
        product,
        created: created ?? now,
      });
      const words = `${key} ${customer.customerKey}`;
      const about = { money: { amount, currency }, customer, transaction: key, product, words };
      this.#happen("transaction_created", partner, about, now);
      return "created";
    }
    const before = { ...stored };
    Object.assign(stored, { customer, partner });
    if (stored.amount !== amount || stored.currency !== currency)
      Object.assign(stored, { amount, currency, usd: usdOf(amount, currency) });
    Object.assign(stored, subscription);
    stored.product = product ?? stored.product;
    stored.created = created ?? stored.created;
    return isSame(before, stored) ? "unchanged" : "updated";
  }

  /** `own` names the row of this very file. */
  reward(row: RewardRow, now: number, own: string): string {
    if (BAD_CELLS.has(row.amount_in_cents)) return "failed bad_number";
    if (row.reward_description === "") return "failed required";
    if ((row.partner_email === "") === (row.partner_key === "")) return "failed not_exactly_one";
    if (row.amount_in_cents === "") return "failed not_exactly_one";
    if (this.rewards.has(own)) return "unchanged";
    const partner = this.partners.find(({ email, ledTo }) =>
      row.partner_email === "" ? ledTo.has(row.partner_key) : same(email, row.partner_email),
    );
    if (partner === undefined) return "failed unknown_partner";
    if ((row.target_type === "") !== (row.target_key === "")) return "failed half_target";
    const bought = row.target_type === "transaction" ? this.transactions.get(row.target_key) : undefined;
    if (row.target_type === "transaction" && bought === undefined) return "failed unknown_transaction";
    const buyer =
      row.target_type === "customer"
        ? this.customers.find(({ customerKey }) => customerKey === row.target_key)
        : bought?.customer;
    if (row.target_type === "customer" && buyer === undefined) return "failed unknown_customer";
    if (row.target_type !== "" && (bought ?? buyer)?.partner !== partner) return "failed foreign_target";
    const amount = Number(row.amount_in_cents);
    const currency = row.reward_currency || "USD";
    this.rewards.set(own, {
      partner,
      customer: buyer ?? null,
      transaction: bought === undefined ? null : row.target_key,
      subscription: bought === undefined ? null : subscriptionName(bought),
      amount,
      currency,
      usd: usdOf(amount, currency),
      description: row.reward_description,
      status: row.status || "pending",
      trigger: null,
      ready: null,
      created: instantOf(row.created_at) ?? now,
    });
    return "created";
  }

  lead(row: LeadRow, now: number): string {
    if (BAD_CELLS.has(row.email)) return "failed bad_email";
    if (BAD_CELLS.has(row.amount)) return "failed bad_number";
    if (BAD_CELLS.has(row.created_at)) return "failed bad_date";
    if ([row.first_name, row.last_name, row.email, row.company, row.status].includes("")) return "failed required";
    if (row.partner_key === "") return "failed not_exactly_one";
    const partner = this.partners.find(({ ledTo }) => ledTo.has(row.partner_key));
    if (partner === undefined) return "failed unknown_partner";
    const named = this.leads.find(({ externalKey }) => row.external_key !== "" && externalKey === row.external_key);
    const held = this.leads.find((one) => one.partner === partner && same(one.email, row.email));
    const isOthers = held !== undefined && (named ?? held) !== held;
    if (isOthers || (held && !named && row.external_key !== "" && held.externalKey !== null))
      return "failed email_taken";
    const lead = named ?? held;
    const form = lead?.partner === partner ? lead.group : partner.group;
    const status = row.status === "vip" && form === GROUPS["gold"] ? "vip" : STATUSES[row.status];
    if (status === undefined) return "failed bad_status";
    const name = `${row.first_name} ${row.last_name}`;
    const amount = row.amount === "" ? null : Number(row.amount);
    const created = instantOf(row.created_at);
    if (lead === undefined) {
      const { group } = partner;
      const externalKey = row.external_key || null;
      const made: Lead = {
        externalKey,
        partner,
        group,
        name,
        email: row.email,
        status,
        amount,
        created: created ?? now,
      };
      this.leads.push(made);
      this.#reach(made, now);
      return "created";
    }
    const before = { ...lead };
    lead.externalKey = row.external_key || lead.externalKey;
    if (lead.partner !== partner) Object.assign(lead, { partner, group: partner.group });
    if (!same(lead.email, row.email)) lead.email = row.email;
    Object.assign(lead, { name, status, amount: amount ?? lead.amount, created: created ?? lead.created });
    if (lead.status !== before.status) this.#reach(lead, now);
    return isSame(before, lead) ? "unchanged" : "updated";
  }

  #reach({ partner, status, amount, email }: Lead, now: number): void {
    const money = amount === null ? undefined : { amount, currency: "USD" };
    this.#happen("lead_status", partner, { money, status, words: email }, now);
  }

  /** `own` is the key of a row without one. */
  deal(row: DealRow, now: number, own: string): string {
    if (BAD_CELLS.has(row.amount)) return "failed bad_number";
    if (BAD_CELLS.has(row.close_date) || BAD_CELLS.has(row.created_at)) return "failed bad_date";
    if (row.close_date === "" || row.stage === "") return "failed required";
    if (row.partner_key === "" || row.amount === "") return "failed not_exactly_one";
    const partner = this.partners.find(({ ledTo }) => ledTo.has(row.partner_key));
    if (partner === undefined) return "failed unknown_partner";
    const key = row.external_key || own;
    const deal = this.deals.get(key);
    if (deal && row.external_key === "") return "unchanged";
    const form = deal?.partner === partner ? deal.group : partner.group;
    const stage = row.stage === "Signed" && form === GROUPS["gold"] ? "Signed" : STAGES[row.stage];
    if (stage === undefined) return "failed bad_stage";
    const told = { amount: Number(row.amount), closes: row.close_date, stage };
    const created = instantOf(row.created_at);
    if (deal === undefined) {
      const { group } = partner;
      const currency = row.currency.toUpperCase() || "USD";
      const account = row.account_name || null;
      const made: Deal = { key, partner, group, ...told, currency, account, created: created ?? now };
      this.deals.set(key, made);
      this.#stage(made, now);
      return "created";
    }
    const before = { ...deal };
    if (deal.partner !== partner) Object.assign(deal, { partner, group: partner.group });
    Object.assign(deal, told, { created: created ?? deal.created, account: row.account_name || deal.account });
    deal.currency = row.currency.toUpperCase() || deal.currency;
    if (deal.stage !== before.stage) this.#stage(deal, now);
    return isSame(before, deal) ? "unchanged" : "updated";
  }

  #stage({ partner, stage, amount, currency }: Deal, now: number): void {
    this.#happen("deal_stage", partner, { money: { amount, currency }, status: stage, words: stage }, now);
  }

  /** Triggers run from top to bottom, each once for a row; a move is an event behind the one that brought it about. */
  #happen(first: TriggerSpec["event"], partner: Partner | null, about: About, now: number): void {
    if (partner === null || !this.options.triggers) return;
    const done = new Set<TriggerSpec>();
    const events = [first];
    for (const event of events) {
      for (const one of this.triggers) {
        if (one.event !== event || done.has(one) || !holds(one, partner, about)) continue;
        done.add(one);
        const text = `${amountText(about.money)} ${wordsOf(event, about)}.`;
        // A move has no amount, whatever the sale that brought it about has.
        const earned = event === "partner_moved" ? { ...about, money: undefined } : about;
        for (const [index, effect] of one.effects.entries()) {
          if (effect.type === "reward") this.#earn(one.key, index, effect, { partner, about: earned, now, text });
          else if (effect.type === "mail") {
            const to = effect.to === "admin" ? "owner@acme.example" : partner.email;
            this.mails.push({ to, text: `Acme to ${partner.email}: ${text}` });
            this.#tell(one.key, "send_mail", partner);
          } else if (partner.group !== effect.group) {
            Object.assign(partner, { group: effect.group, groupJoined: now });
            this.#tell(one.key, "move_group", partner, { group: effect.group });
            events.push("partner_moved");
          }
        }
      }
    }
  }

  #tell(trigger: string | null, effect: Fired["effect"], partner: Partner, more: Partial<Fired> = {}): void {
    this.fired.push({ trigger, effect, partner, amount: null, currency: null, group: null, ...more });
  }

  #earn(
    trigger: string,
    index: number,
    effect: RewardSpec,
    { partner, about, now, text }: { partner: Partner; about: About; now: number; text: string },
  ): void {
    const { first, cap, days } = effect;
    const money = worthOf(effect, about);
    if (money === undefined) return;
    const buyer = about.customer;
    const usedUp = (what: string, holder: string) => {
      const name = `${trigger}/${index}/${what}/${holder}`;
      const used = this.used.get(name) ?? { count: 0, amount: 0 };
      this.used.set(name, used);
      return used;
    };
    const firsts = first === null || buyer === undefined ? undefined : usedUp("first", buyer.customerKey);
    if (first !== null && firsts !== undefined) {
      const paid = [...this.transactions].filter(
        ([key, one]) => key !== about.transaction && one.customer === buyer && one.amount > 0,
      );
      if (money.amount < 0 || firsts.count >= first || paid.length >= first) return;
    }
    let { amount } = money;
    if (cap !== null) {
      // A customer's key never changes; a partner is known by its place in the list.
      const holder = {
        reward: "",
        customer: buyer?.customerKey ?? "",
        partnership: `${this.partners.indexOf(partner)}`,
      };
      const sum = cap.per === "reward" ? { amount: 0 } : usedUp("cap", holder[cap.per]);
      const room = amount > 0 || cap.per === "reward" ? cap.amount - sum.amount : sum.amount;
      amount = Math.sign(amount) * Math.min(Math.abs(amount), room);
      if (amount === 0) return;
      sum.amount += amount;
    }
    if (firsts !== undefined) firsts.count += 1;
    const { currency } = money;
    this.#tell(trigger, "reward", partner, { amount, currency });
    this.rewards.set(`trigger ${this.rewards.size}`, {
      partner,
      customer: buyer ?? null,
      transaction: about.transaction ?? null,
      subscription: this.#paidFor(about.transaction),
      amount,
      currency,
      usd: usdOf(amount, currency),
      description: text.trim(),
      status: "pending",
      trigger,
      ready: days === 0 ? null : now + days * 86_400_000,
      created: now,
    });
  }

  #paidFor(transaction: string | undefined): string | null {
    const bought = transaction === undefined ? undefined : this.transactions.get(transaction);
    return bought === undefined ? null : subscriptionName(bought);
  }

  /** What a customer's transactions tell, subscription by subscription. */
  subscriptions(customer: Customer) {
    const byName = new Map<string, [key: string, one: Transaction][]>();
    for (const told of this.transactions) {
      const name = told[1].customer === customer ? subscriptionName(told[1]) : null;
      if (name !== null) byName.set(name, [...(byName.get(name) ?? []), told]);
    }
    return [...byName].map(([name, all]) => {
      const paid = all.filter(([, { amount }]) => amount > 0);
      const last = (some: typeof all) =>
        some.toSorted(([a, one], [b, other]) => one.created - other.created || (a < b ? -1 : 1)).at(-1);
      const named = (some: typeof all) => some.filter(([, { plan }]) => plan !== null);
      const latest = last(paid) ?? last(all);
      if (latest === undefined) throw new Error("a subscription has transactions");
      const [key, { amount, currency, quantity, price, provider, created }] = latest;
      return {
        name,
        provider,
        plan: (last(named(paid)) ?? last(named(all)))?.[1].plan ?? null,
        amount: amount > 0 ? (price ?? amount) : 0,
        currency,
        quantity,
        transactions: all.length,
        created: Math.min(...all.map(([, one]) => one.created)),
        paid: created,
        latest: key,
      };
    });
  }

  /** Sums by partner's address, then by day and counter; zeros left out. */
  totals(): Record<string, Record<string, number>> {
    const sums: Record<string, Record<string, number>> = {};
    const add = (partner: Partner | null, at: number, counts: Readonly<Record<string, number>>) => {
      if (partner === null) return;
      const own = (sums[partner.email] ??= {});
      for (const [name, amount] of Object.entries(counts))
        addTo(own, `${new Date(at).toISOString().slice(0, 10)}/${name}`, amount);
    };
    for (const { partner, created } of this.customers) add(partner, created, { customers: 1 });
    for (const { partner, created, amount, currency, usd } of this.transactions.values()) {
      add(partner, created, {
        transactions: 1,
        [`amount/${currency}`]: amount,
        ...(usd === null ? { [`unconverted/${currency}`]: 1 } : { amount_usd: usd }),
      });
    }
    for (const { partner, created, amount, currency, usd, status } of this.rewards.values()) {
      add(partner, created, {
        [`rewards/${status}`]: 1,
        [`reward_amount/${currency}/${status}`]: amount,
        ...(usd === null ? { [`reward_unconverted/${currency}`]: 1 } : { reward_usd: usd }),
      });
    }
    for (const { partner, created, status } of this.leads) add(partner, created, { [`leads/${status}`]: 1 });
    for (const { partner, created, stage, amount, currency } of this.deals.values())
      add(partner, created, { [`deals/${stage}`]: 1, [`deal_amount/${currency}`]: amount });
    for (const own of Object.values(sums))
      for (const [name, sum] of Object.entries(own)) if (sum === 0) delete own[name];
    return sums;
  }
}

/** The subscription that a transaction belongs to, in people's own names; null for none. */
export const subscriptionName = ({ customer, provider, plan }: Transaction): string | null => {
  if (provider === null && plan === null) return null;
  return `${customer.customerKey} ${provider === null ? `plan ${plan?.toLowerCase().replace("-", "")}` : `key ${provider}`}`;
};

/** What a reward comes to within no limits. */
function worthOf({ worth: usual, products, currency }: RewardSpec, { money, product }: About): Money | undefined {
  const worth = products.find(({ key }) => key === product)?.worth ?? usual;
  if (worth === null) return undefined;
  if ("flat" in worth) {
    return money !== undefined && money.amount <= 0 ? undefined : { amount: worth.flat, currency: currency ?? "USD" };
  }
  if (money === undefined) return undefined;
  const twice = (BigInt(Math.abs(money.amount)) * BigInt(worth.share)) / 50_000n;
  const amount = Math.sign(money.amount) * Number((twice + 1n) / 2n);
  return amount === 0 ? undefined : { amount, currency: money.currency };
}

function holds(
  { match, group, product, least, status, dollarsOnly }: TriggerSpec,
  { group: now }: Partner,
  about: About,
) {
  // A lead without an amount has a currency all the same.
  if (dollarsOnly && (about.money?.currency ?? "USD") !== "USD") return false;
  const found: boolean[] = [];
  if (group) found.push((group.name === now) === (group.op === "is"));
  if (product) found.push((product.key === about.product) === (product.op === "is"));
  if (least !== null) found.push(about.money !== undefined && about.money.amount >= least);
  if (status !== null) found.push(status === about.status);
  return found.length === 0 || (match === "all" ? found.every(Boolean) : found.some(Boolean));
}

/** Triggers that listen to moves name nothing of what brought one about. */
const wordsOf = (event: TriggerSpec["event"], { words }: About): string => (event === "partner_moved" ? "" : words);

function amountText(money: Money | undefined): string {
  if (money === undefined) return "";
  const digits = money.currency === "JPY" ? 0 : 2;
  return `${(money.amount / 10 ** digits).toFixed(digits)} ${money.currency}`;
}

const addTo = (sums: Record<string, number>, name: string, amount: number): void => {
  sums[name] = (sums[name] ?? 0) + amount;
};

const isSame = <T extends object>(one: T, other: T): boolean =>
  (Object.keys(one) as (keyof T)[]).every((field) => one[field] === other[field]);

const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/** All but its former keys, which a set hides from JSON. */
const shape = (partner: Partner): string => JSON.stringify(partner);

const instantOf = (cell: string): number | undefined => (cell === "" ? undefined : Date.parse(`${cell}T00:00:00Z`));

function usdOf(amount: number, currency: string): number | null {
  const [rate, digits] = MONEY[currency] ?? [null, 2n];
  if (rate === null) return null;
  // Ten-thousandths of a cent, twice over, so that a half is a whole number.
  const twice = (BigInt(Math.abs(amount)) * rate * 100n * 2n) / 10n ** digits;
  const cents = Number((twice + 10_000n) / 20_000n);
  return amount < 0 && cents !== 0 ? -cents : cents;
}
