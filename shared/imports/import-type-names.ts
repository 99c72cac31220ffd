/** Everything that may be imported, each behind what its rows refer to. Stands apart from the rules, for whoever needs the names alone. */
export const IMPORT_TYPE_NAMES = [
  "rates",
  "partners",
  "customers",
  "transactions",
  "rewards",
  "leads",
  "deals",
] as const;
