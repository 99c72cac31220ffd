import { beforeAll, describe, expect, it } from "vitest";
import type { Mail, Mailer } from "../../shared/ports.ts";

/** What makes a mailer, and what takes it away. */
export type MakeMailer = () => Promise<{
  readonly mailer: Mailer;
  /** All mails sent so far, oldest first. */
  readonly sent: () => Promise<Mail[]>;
  readonly close?: () => Promise<void>;
}>;

/** The promises of the mailer port. */
export function describeMailer(where: string, makeMailer: MakeMailer): void {
  describe(`the mailer ${where}`, () => {
    let made: Awaited<ReturnType<MakeMailer>>;

    beforeAll(async () => {
      made = await makeMailer();
      return made.close;
    });

    it("sends a mail with its text and its HTML, whatever characters are in it", async () => {
      const mail = {
        to: "ada@example.com",
        subject: "Ihr Bündel ist fertig 👋",
        text: "Grüße,\n\n世界 & <you> +1%",
        html: '<p>Grüße, <a href="https://example.com/?a=1&amp;b=2">世界</a></p>',
      };
      await made.mailer.send(mail);
      expect((await made.sent()).at(-1)).toEqual(mail);
    });

    it("sends each mail once", async () => {
      const before = (await made.sent()).length;
      const mail = { to: "ada@example.com", subject: "Again", text: "a", html: "<p>a</p>" };
      await made.mailer.send(mail);
      await made.mailer.send(mail);
      expect((await made.sent()).length - before).toBe(2);
    });
  });
}
