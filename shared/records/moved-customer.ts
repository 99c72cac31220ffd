import type { Customer } from "./customer.ts";

/** What of a customer changes when it goes to another partner, or to none: what it left behind with the former one stays there. */
export const movedCustomer = (
  { partnership_key: from, former_partnership_keys: former }: Customer,
  to: string | null,
): Pick<Customer, "partnership_key" | "former_partnership_keys"> => ({
  partnership_key: to,
  former_partnership_keys: to === from ? former : [...new Set([...former, from ?? ""])],
});
