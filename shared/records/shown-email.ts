import { isEmail } from "./cell.ts";
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
  /** Often the address, too. */
  readonly external_key: string | null;
  readonly customer_key: string | null;
}

/** A lead or deal with the address that its customer has, where it has become one whose own address is not told. */
export const shownReferral = <R extends Referral>(
  settings: Settings,
  one: R,
  buyer: Pick<Addressed, "hides_email"> | undefined,
): R => {
  if (one.customer_key === null || !hidesEmail(settings, buyer ?? {})) return one;
  const placeholder = placeholderEmail(settings.key, one.customer_key);
  return {
    ...one,
    email: one.email === null ? null : placeholder,
    external_key: isEmail(one.external_key ?? "") ? placeholder : one.external_key,
  };
};

/**
 * What is said of a lead or deal, without an address that is the placeholder of its customer: who writes back what they were
 * told, in a request or a file, changes nothing.
 */
export const withoutPlaceholder = <Said extends { readonly email?: string | null }>(
  { program, customer_key }: { readonly program: string; readonly customer_key: string | null },
  { email, ...others }: Said,
): Omit<Said, "email"> & { readonly email?: string | null } => {
  const isPlaceholder =
    typeof email === "string" &&
    customer_key !== null &&
    email.toLowerCase() === placeholderEmail(program, customer_key);
  return email === undefined || isPlaceholder ? others : { ...others, email };
};
