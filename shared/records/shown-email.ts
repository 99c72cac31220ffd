import type { Customer } from "./customer.ts";
import { derivedKey } from "./derived-key.ts";
import type { Program } from "./program.ts";

type Settings = Pick<Program, "key" | "anonymize_customers">;
type Addressed = Pick<Customer, "key" | "email" | "hides_email">;

/** Whether nobody is told a customer's e-mail address: by the program's setting, or by the customer's own. */
export const hidesEmail = (
  { anonymize_customers }: Pick<Settings, "anonymize_customers">,
  { hides_email }: Partial<Pick<Addressed, "hides_email">>,
): boolean => anonymize_customers || hides_email === true;

/**
 * What stands for the e-mail address of a customer whose own is not told: always the same, and made from nothing but keys, so
 * that no list of addresses can be tried on it. No mail arrives there, by RFC 2606.
 */
export const placeholderEmail = (program: string, customer: string): string =>
  `${derivedKey("customer-", program, customer)}@anonymous.invalid`;

/**
 * A customer as anybody may be told of it: whatever tells customers' addresses, in answers, files, mails, webhooks or texts of
 * triggers, tells that of this one.
 */
export const shownCustomer = <C extends Customer>(settings: Settings, one: C): C =>
  hidesEmail(settings, one) ? { ...one, email: placeholderEmail(settings.key, one.key), anonymized: true } : one;

interface Referral {
  readonly email: string | null;
  readonly customer_key: string | null;
}

/** A lead or deal with the address that its customer has, where it has become one whose own address is not told. */
export const shownReferral = <R extends Referral>(
  settings: Settings,
  one: R,
  buyer: Pick<Addressed, "hides_email"> | undefined,
): R =>
  one.email !== null && one.customer_key !== null && hidesEmail(settings, buyer ?? {})
    ? { ...one, email: placeholderEmail(settings.key, one.customer_key) }
    : one;
