import * as z from "zod";
import { linkTarget } from "../../access/link-target.ts";
import { CallerError } from "../../errors.ts";
import { type Link, link } from "../../records/link.ts";
import { recordChange, type RecordingDependencies } from "../../recording/record-change.ts";
import { type Answer, done, one } from "../envelope.ts";
import { findByEitherKey } from "../find-by-either-key.ts";
import { partnerFor, partnerInputs, testFor } from "../partner-of-request.ts";
import { partnershipOf } from "../partnerships/partnership-of.ts";
import type { ApiRequest } from "../request.ts";
import { validated } from "../validated.ts";
import { presentLink } from "./link-shape.ts";
import { linksMadeFor } from "./links-of.ts";

/** All of a partner's are read together. */
const MOST_LINKS = 50;

/** What a request for a new link says. */
export const linkRequest = z.strictObject({
  ...partnerInputs,
  dest: linkTarget.meta({ description: "Where it leads" }),
  name: z.string().trim().min(1).max(100),
});

/** Makes a link for a partner beside the default one. */
export async function createLink(dependencies: RecordingDependencies, request: ApiRequest): Promise<Answer> {
  const { ledger } = dependencies;
  const { principal, body, newKey } = request;
  const asked = validated(linkRequest, body === undefined ? {} : body);
  const partner = await partnerFor(ledger, principal, asked);
  testFor(principal, partner);
  const key = newKey("link_");
  const made = await recordChange(dependencies, request, { declaration: link, key }, async ({ program, now }) => {
    if (program.link_base === null) throw new CallerError("conflict", "the program has no links");
    const others = (await linksMadeFor(ledger, partner)).filter(({ archived }) => !archived);
    if (others.length >= MOST_LINKS) {
      throw new CallerError("conflict", `a partner has at most ${MOST_LINKS} links beside the default one`);
    }
    const after: Link = {
      program: program.key,
      key,
      partnership_key: partner.key,
      name: asked.name,
      dest: asked.dest,
      archived: false,
      created_at: now,
      updated_at: now,
    };
    return { change: { declaration: link, after }, action: "link.created" };
  });
  return one(presentLink(made, partner, { isDefault: false }), "Link created");
}

/** Archives a link: it is not listed any more. The default one is the program's, and stays. */
export async function archiveLink(dependencies: RecordingDependencies, request: ApiRequest): Promise<Answer> {
  const { ledger } = dependencies;
  const { principal, path } = request;
  const look = () => findByEitherKey(ledger, link, principal.program, ["key"], path["key"]);
  const { record: found } = await look();
  testFor(principal, (await partnershipOf(ledger, principal, found.partnership_key)).record, "key");
  await recordChange(dependencies, request, { declaration: link, key: found.key }, async ({ now }) => {
    const before = await look();
    if (before.record.archived) return before.record;
    const after: Link = { ...before.record, archived: true, updated_at: now };
    return { change: { declaration: link, before, after }, action: "link.archived" };
  });
  return done("Link archived");
}
