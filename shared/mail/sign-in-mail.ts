import { API_BASE, SIGN_IN_MINUTES } from "../names.ts";
import { type Letter, letter } from "./letter.ts";

/** Brings a one-time code; with a page to sign in on, as a link to it. What follows a # leaves no browser. */
export const signInMail = (programName: string, code: string, page: string | undefined): Letter =>
  letter(`Sign in to ${programName}`, [
    "Hello,",
    `Somebody, most likely you, asked to sign in to ${programName} with this address.`,
    page === undefined ? { facts: [["One-time code", code]] } : { link: `${page}#token=${code}`, label: "Sign in" },
    ...(page === undefined
      ? [`Exchange it for a token: POST ${API_BASE}/sign-in/token with { "token": "the code" } as its JSON body.`]
      : []),
    `It works once, within ${SIGN_IN_MINUTES} minutes. Give it to nobody: whoever has it can sign in as you.`,
    "If it was not you, there is nothing to do: without this mail nobody gets in.",
  ]);
