import { expect, test } from "vitest";
import { signInMail } from "../../../shared/mail/sign-in-mail.ts";
import { teammateInvited } from "../../../shared/mail/teammate-invited.ts";

const PAGE = "https://portal.acme.example/sign-in";
const ACME = { key: "acme", name: "Acme & Co" };

test("without a page, the mail has the code and what to do with it", () => {
  const { subject, text, html } = signInMail("Acme & Co", "the-code", undefined);
  expect(subject).toBe("Sign in to Acme & Co");
  expect(text).toContain("One-time code: the-code\n");
  expect(text).toContain("POST /api/v2/sign-in/token");
  expect(text).toContain("within 15 minutes");
  expect(html).toContain("<td>the-code</td>");
});

test("with a page, the mail links to it, and the code goes to no server", () => {
  const { text, html } = signInMail("Acme & Co", "the-code", PAGE);
  expect(text).toContain(`Sign in:\n${PAGE}#token=the-code`);
  expect(html).toContain(`href="${PAGE}#token=the-code"`);
  expect(text).not.toContain("POST");
});

test("an invitation says as what, and how to sign in", () => {
  const bo = { email: "bo@acme.example", role: "member" } as const;
  const { subject, text } = teammateInvited(bo, ACME, undefined);
  expect(subject).toBe("You have been added to Acme & Co");
  expect(text).toContain("as a member of the team");
  expect(text).toContain('POST /api/v2/sign-in with { "program": "acme", "email": "bo@acme.example" }');
  expect(teammateInvited({ ...bo, role: "admin" }, ACME, undefined).text).toContain("as an administrator");
  const withPage = teammateInvited(bo, ACME, PAGE).text;
  expect(withPage).toContain(PAGE);
  expect(withPage).not.toContain("POST");
});
