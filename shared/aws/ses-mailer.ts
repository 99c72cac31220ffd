import { SendEmailCommand, type SESClient, SESServiceException } from "@aws-sdk/client-ses";
import { MailRefused } from "../errors.ts";
import type { Mailer } from "../ports.ts";
import { createPatience } from "./patience.ts";

/** Well within the time of a function that sends one mail: the end of that time would leave open whether it left. */
const PATIENCE_MS = 5_000;

/** Sends mail through SES, as one sender. Tries again only where SES says that it did not send. */
export function createSesMailer({ client, sender }: { client: SESClient; sender: string }): Mailer {
  return {
    async send({ to, subject, text, html }) {
      const request = new SendEmailCommand({
        Source: sender,
        Destination: { ToAddresses: [to] },
        Message: { Subject: utf8(subject), Body: { Text: utf8(text), Html: utf8(html) } },
      });
      const wait = createPatience(PATIENCE_MS);
      for (;;) {
        try {
          await client.send(request);
          return;
        } catch (error) {
          if (!isThrottling(error)) throw isRefusal(error) ? new MailRefused(error) : error;
          await (isQuota(error) ? Promise.reject(error) : wait(error)).catch((cause: unknown) => {
            throw new MailRefused(cause, { isThrottled: true });
          });
        }
      }
    },
  };
}

const utf8 = (Data: string) => ({ Data, Charset: "UTF-8" });

/** SES has answered that it will not send, or was never reached; after a time-out nobody knows. */
const isRefusal = (error: unknown): boolean =>
  error instanceof SESServiceException
    ? error.$fault === "client"
    : error instanceof Error && "code" in error && (error.code === "ECONNREFUSED" || error.code === "ENOTFOUND");

/** The sending rate, which passes soon, or the daily quota, which does not within a function's time. */
const isThrottling = (error: unknown): error is SESServiceException =>
  error instanceof SESServiceException && error.name.startsWith("Throttling");

const isQuota = (error: SESServiceException): boolean => error.message.includes("Daily");
