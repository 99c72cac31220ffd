import { API_BASE } from "../names.ts";
import type { TeammateRecord } from "../records/teammate.ts";
import { type Letter, letter } from "./letter.ts";

const IN_WORDS: Readonly<Record<TeammateRecord["role"], string>> = {
  admin: "an administrator",
  technical: "a technical teammate",
  member: "a member of the team",
};

/** Tells somebody that they are a teammate now, and how to sign in. */
export const teammateInvited = (
  { email, role }: Pick<TeammateRecord, "email" | "role">,
  { key, name }: { readonly key: string; readonly name: string },
  page: string | undefined,
): Letter =>
  letter(`You have been added to ${name}`, [
    "Hello,",
    `You have been added to the partner program ${name}, as ${IN_WORDS[role]}.`,
    page === undefined
      ? {
          facts: [
            ["Program", key],
            ["Address", email],
            ["To sign in", `POST ${API_BASE}/sign-in with { "program": "${key}", "email": "${email}" }`],
          ],
        }
      : { link: page, label: "Sign in with this address" },
    "There is no password: each time, a one-time code comes by mail.",
  ]);
