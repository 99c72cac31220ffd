import type { Columns } from "../records/column.ts";
import { plainName } from "../records/plain-name.ts";

const LONGEST = 40;

/** Headers that people and other systems use for our columns. They are only ever suggested: what they hold is not known. */
const SYNONYMS: Readonly<Record<string, string>> = {
  partner_first: "first_name firstname given_name forename partner_firstname partner_first_name affiliate_first_name",
  partner_last: "last_name lastname surname family_name partner_lastname partner_last_name affiliate_last_name",
  partner_email: "email e-mail mail email_address affiliate_email referrer_email promoter_email",
  partner_key: "partner_id partner affiliate_id affiliate_key referrer_id promoter_id ref_id referral_code token",
  partner_group: "group group_name program tier campaign",
  partner_joined_date: "joined_at joined joined_date join_date created_at signup_date signed_up_at enrolled_at",
  partner_manager: "manager manager_email owner account_manager",
  partner_tags: "tags labels",
  customer_key: "customer_id customer user_id account_id client_id external_id customer_external_id",
  ps_customer_key: "customer_ps_key partnerstack_customer_key",
  email: "e-mail mail email_address customer_email contact_email user_email",
  name: "customer_name full_name contact_name",
  company_name: "customer_company organisation organization account_name business",
  company: "company_name organisation organization account_name business",
  provider_key: "stripe_customer_id provider_id payment_provider_key cus_id",
  partnership_key: "partnership_id partnership",
  key: "transaction_key transaction_id invoice_id order_id charge_id payment_id id",
  amount_in_cents: "amount_cents cents",
  amount_in_dollars:
    "amount total price revenue value amount_usd amount_dollars dollars transaction_amount reward_amount",
  currency: "currency_code transaction_currency",
  reward_currency: "currency_code",
  created_at: "date created created_date creation_date timestamp signup_date paid_at transaction_date charged_at",
  product_key: "product product_id sku plan plan_id item",
  target_type: "type object_type",
  target_key: "target transaction_key transaction_id customer_key customer_id",
  reward_description: "note notes memo comment reason text message",
  is_external: "external paid_externally",
  status: "state reward_status stage lead_status deal_stage",
  close_date: "closed_at closing_date closed_on expected_close_date",
};

const COLUMNS_BY_SYNONYM = new Map<string, string[]>();
for (const [column, synonyms] of Object.entries(SYNONYMS)) {
  for (const synonym of synonyms.split(" ")) {
    const plain = plainName(synonym);
    COLUMNS_BY_SYNONYM.set(plain, [...(COLUMNS_BY_SYNONYM.get(plain) ?? []), column]);
  }
}

/** The column that somebody may have meant by a header that is none, if one is near and not there yet. */
export function nearestColumn(
  name: string,
  columns: Columns,
  present: ReadonlySet<string | undefined>,
): string | undefined {
  const plain = plainName(name);
  if (plain.length > LONGEST) return undefined;
  const open = Object.entries(columns).filter(([column]) => !present.has(column));
  // A few slips at most, and none in a word so short that any other is near.
  let allowed = plain.length < 4 ? 0 : plain.length < 8 ? 1 : 2;
  let nearest: string | undefined;
  for (const [column, { aliases }] of open) {
    for (const known of [column, ...aliases]) {
      const slips = slipsBetween(plain, plainName(known));
      if (slips > allowed || (slips === allowed && nearest !== undefined)) continue;
      allowed = slips;
      nearest = column;
    }
  }
  const synonymous = COLUMNS_BY_SYNONYM.get(plain) ?? [];
  return nearest ?? synonymous.find((column) => Object.hasOwn(columns, column) && !present.has(column));
}

/** Letters left out, added, mistaken or swapped with their neighbour (optimal string alignment). */
function slipsBetween(one: string, two: string): number {
  if (Math.abs(one.length - two.length) > 2) return Infinity;
  let before: number[] = [];
  let last = Array.from({ length: two.length + 1 }, (_, at) => at);
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    for (let j = 1; j <= two.length; j++) {
      const same = one[i - 1] === two[j - 1] ? 0 : 1;
      let least = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && one[i - 1] === two[j - 2] && one[i - 2] === two[j - 1])
        least = Math.min(least, (before[j - 2] ?? 0) + 1);
      row.push(least);
    }
    before = last;
    last = row;
  }
  return last[two.length] ?? Infinity;
}
