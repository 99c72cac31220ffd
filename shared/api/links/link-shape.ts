import * as z from "zod";
import { type Link, link } from "../../records/link.ts";
import type { Partnership } from "../../records/partnership.ts";
import { present, visibleShape } from "../present.ts";
import { urlOf } from "./links-of.ts";

/** A link of a partner. */
export const linkShape = z.object({
  ...visibleShape(link),
  url: z.string().meta({ description: "`dest`, saying whose it is and by which link" }),
  partner_key: z.string(),
  default: z.boolean().meta({ description: "Whether it is the one that every partner has" }),
});

/** The one that was not made for the partner is the default one. */
export const presentLink = (one: Link, partner: Partnership, { isDefault }: { readonly isDefault: boolean }) => ({
  ...present(link, one),
  url: isDefault ? urlOf(one.dest, partner) : urlOf(one.dest, partner, one.key),
  partner_key: partner.partner_key,
  default: isDefault,
});
