import { RetentionDays } from "aws-cdk-lib/aws-logs";
import * as z from "zod";
import { NO_PAGE } from "../shared/names.ts";

/** What a company may choose when it deploys: `cdk deploy --all -c sender=ledger@acme.com -c operator=ops@acme.com`. */
export interface Settings {
  /** Several stages may live in one account. */
  readonly stage: string;
  /** The address that mails come from. */
  readonly sender: string;
  /** What SES has to verify before it sends for the sender: the address itself, or its domain (then DKIM signs the mail). */
  readonly senderIdentity: string;
  /** No when the account has the identity already, as an identity exists once per account and region. */
  readonly createIdentity: boolean;
  /** Gets the alarms, and the results of imports that nobody asked for by name. */
  readonly operator: string;
  /** The page that people sign in on, where there is one; a mailed code follows its address behind a #. */
  readonly signInPage: string;
  /** Whether table and buckets outlive their stack; no is for trial stages only. */
  readonly retain: boolean;
  /** One of the periods that CloudWatch Logs knows. */
  readonly logDays: RetentionDays;
}

/** Nobody's addresses, so that a first `cdk synth` needs no setting; the synthesis says so while they are in use. */
export const EXAMPLE_DOMAIN = "example.com";

const NAMES = [
  "stage",
  "sender",
  "senderIdentity",
  "createIdentity",
  "operator",
  "signInPage",
  "retain",
  "logDays",
] as const;

// Values given by -c are strings, values in cdk.json have types.
const yesNo = z.union([z.boolean(), z.stringbool()]);

const Given = z.object({
  stage: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,19}$/)
    .default("prod"),
  sender: z.email().default(`partner-ledger@${EXAMPLE_DOMAIN}`),
  senderIdentity: z.union([z.email(), z.hostname()]).optional(),
  createIdentity: yesNo.default(true),
  operator: z.email().default(`operator@${EXAMPLE_DOMAIN}`),
  signInPage: z.union([z.literal(NO_PAGE), z.url({ protocol: /^https$/ })]).default(NO_PAGE),
  retain: yesNo.default(true),
  // As long as the dropped files are kept, so that file and log can be read side by side.
  logDays: z.coerce.number().pipe(z.enum(RetentionDays)).default(RetentionDays.THREE_MONTHS),
});

/** Reads the settings from CDK context; a setting that makes no sense stops the synthesis with its name. */
export const readSettings = (context: (name: string) => unknown): Settings => {
  const given = Given.parse(Object.fromEntries(NAMES.map((name) => [name, context(name)])));
  const senderIdentity = given.senderIdentity ?? given.sender;
  if (given.sender !== senderIdentity && !given.sender.endsWith(`@${senderIdentity}`)) {
    throw new Error(`senderIdentity ${senderIdentity} does not cover the sender ${given.sender}`);
  }
  return { ...given, senderIdentity };
};
