import { SESClient } from "@aws-sdk/client-ses";
import { describe, expect, it } from "vitest";
import { ses } from "../../shared/aws/ses-client.ts";
import { createSesMailer } from "../../shared/aws/ses-mailer.ts";
import type { Mail } from "../../shared/ports.ts";
import { createMemoryMailer } from "../fakes/memory-mailer.ts";
import { describeMailer } from "./describe-mailer.ts";
import { SENDER, startLocalCloud } from "./local-aws.ts";

describeMailer("in memory", async () => {
  const mailer = createMemoryMailer();
  return { mailer, sent: async () => [...mailer.mails] };
});

describeMailer("in SES", async () => {
  const cloud = await startLocalCloud();
  const client = ses();
  return {
    mailer: createSesMailer({ client, sender: SENDER }),
    async sent() {
      const mails = (await (await fetch(cloud.endpoints.mailbox)).json()) as Mail[];
      return mails.map(({ to, subject, text, html }) => ({ to, subject, text, html }));
    },
    async close() {
      client.destroy();
      await cloud.close();
    },
  };
});

describe("a mailer whose sender is not verified", () => {
  it("says that the mail certainly did not leave, and why", async () => {
    const cloud = await startLocalCloud();
    const mailer = createSesMailer({ client: new SESClient(), sender: "stranger@example.org" });
    const mail = { to: "ada@example.com", subject: "a", text: "a", html: "a" };
    const refused = { name: "MailRefused", cause: { message: expect.stringMatching(/not verified/) } };
    await expect(mailer.send(mail)).rejects.toMatchObject(refused);
    await cloud.close();
  });
});
