import middy from "@middy/core";
import type { SQSEvent } from "aws-lambda";
import { mailMessage } from "../../shared/mail/mail-message.ts";
import { sendMail, type SendMailDependencies } from "../../shared/mail/send-mail.ts";

/** Sends the mail of the one message that an event holds; what throws is delivered again. */
export const createHandler = (dependencies: SendMailDependencies) =>
  middy<SQSEvent, void>()
    .onError(({ error }) => {
      dependencies.log.error("mail.failed", { error: error ?? "unknown" });
    })
    .handler(async ({ Records }) => {
      for (const { body } of Records) await sendMail(dependencies, mailMessage.parse(JSON.parse(body)));
    });
