const PARTNER = "The partner's key, ours or yours (`partner_key`), or its e-mail address";

/** What names something in a path, by the route or its resource where that says more. */
export const KEYS_IN_PATHS: Readonly<Record<string, string>> = {
  key: "Our key of it",
  "partnerships key": PARTNER,
  "partners key": PARTNER,
  "listLinks key": PARTNER,
  "partner-team key": "Our key of the team, as `addMember` answers it",
  "groups key": "The group's key, slug or name",
  "customers key": "Our key of the customer, or yours (`customer_key`)",
  "leads key": "Our key of the lead, or yours (`external_key`)",
  "deals key": "Our key of the deal, or yours (`external_key`)",
  "transactions key": "Key of the transaction: yours, where you gave it one, or ours",
  partnership_key: "The partner's key, ours or yours",
  stack_key: "Key of the partner's team; the partner alone decides",
  file_key: "Our key of the file",
  delivery_key: "Our key of the delivery",
  report_key: "Key of the report, such as `vrc_rewards`",
  "products key": "Our key of the product, or yours (`product_key`)",
  type: "Type of the files",
  object_type: "What goes through the stages",
};
