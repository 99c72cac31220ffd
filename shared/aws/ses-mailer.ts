import { SendEmailCommand, type SESClient } from "@aws-sdk/client-ses";
import type { Mailer } from "../ports.ts";

/** Sends mail through SES, as one sender. */
export function createSesMailer({ client, sender }: { client: SESClient; sender: string }): Mailer {
  return {
    async send({ to, subject, text, html }) {
      await client.send(
        new SendEmailCommand({
          Source: sender,
          Destination: { ToAddresses: [to] },
          Message: { Subject: utf8(subject), Body: { Text: utf8(text), Html: utf8(html) } },
        }),
      );
    },
  };
}

const utf8 = (Data: string) => ({ Data, Charset: "UTF-8" });
