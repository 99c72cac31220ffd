import * as z from "zod";
import { countSignIn, secondsLeft } from "../../access/sign-in-limits.ts";
import { SIGN_IN_KINDS } from "../../access/who-signs-in.ts";
import { CallerError } from "../../errors.ts";
import type { MailMessage } from "../../mail/mail-message.ts";
import { SIGN_IN_MINUTES } from "../../names.ts";
import type { Clock, NewKey, Queue, Table } from "../../ports.ts";
import { PROGRAM_KEY } from "../../records/program.ts";
import { type Answer, one } from "../envelope.ts";
import type { OpenRequest } from "../request.ts";
import { validated } from "../validated.ts";

/** What a request for a one-time code says. */
export const codeRequest = z.strictObject({
  program: z
    .string()
    .regex(PROGRAM_KEY, { error: "a program key has up to 40 of a-z, 0-9 and '-'" })
    .meta({ description: "Key of the program" }),
  email: z.email().max(254),
  as: z.enum(SIGN_IN_KINDS).nullish().meta({
    description: "For who is both; a teammate goes first when absent",
  }),
});

/** What anybody is answered. */
export const askedForCode = z.object({
  valid_minutes: z.int().meta({ description: "How long the mailed code can be used, once" }),
});

interface Dependencies {
  readonly table: Pick<Table, "write">;
  readonly mailQueue: Queue<MailMessage>;
  readonly clock: Clock;
  readonly newKey: NewKey;
}

/**
 * Has a code mailed to whoever may sign in with an address. Who that is, is looked up where the mail is written, so that
 * neither the answer nor the time that it takes tells whether the address is known; nor does it tell of too many mails.
 */
export async function requestSignIn(
  { table, mailQueue, clock, newKey }: Dependencies,
  { body, remoteIp }: OpenRequest,
): Promise<Answer> {
  const { program, email, as } = validated(codeRequest, body === undefined ? {} : body);
  const now = clock();
  if (!(await countSignIn(table, { program, counted: "ip", value: remoteIp, now }))) {
    throw new CallerError("too_many", "too many requests to sign in from your address", undefined, {
      retryAfterSeconds: secondsLeft(now),
    });
  }
  if (await countSignIn(table, { program, counted: "email", value: email.toLowerCase(), now })) {
    await mailQueue.send([{ mail: "sign-in", program, key: newKey("sin_"), email, ...(as != null && { as }) }]);
  }
  const told: z.output<typeof askedForCode> = { valid_minutes: SIGN_IN_MINUTES };
  return one(told, "If the address is known, a mail is on its way");
}
