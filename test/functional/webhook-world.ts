import { createCountingTokens } from "../fakes/counting-tokens.ts";
import * as z from "zod";
import { createHandler } from "../../functions/send-webhooks/handler.ts";
import type { Change } from "../../shared/ledger/entry.ts";
import type { MailMessage } from "../../shared/mail/mail-message.ts";
import { sendMail } from "../../shared/mail/send-mail.ts";
import type { Queue } from "../../shared/ports.ts";
import { announceChanges } from "../../shared/webhooks/announce-changes.ts";
import { createHeardEvents } from "../../shared/webhooks/heard-events.ts";
import { presentNoun } from "../../shared/webhooks/present-noun.ts";
import { sendWebhooks } from "../../shared/webhooks/send-webhooks.ts";
import type { WebhookMessage } from "../../shared/webhooks/webhook-message.ts";
import { createKillSwitch, Killed } from "../fakes/kill-switch.ts";
import { createMemoryLinkSigner } from "../fakes/memory-link-signer.ts";
import { createMemoryMailer } from "../fakes/memory-mailer.ts";
import { createMemoryReceiver } from "../fakes/memory-receiver.ts";
import { createTimedQueue } from "../fakes/timed-queue.ts";
import { type Call, context, createWorld } from "./api-world.ts";

export const WEBHOOKS = "/api/v2/webhooks";
export const TARGET = "https://hooks.example.com/in?token=secret";

const made = z.object({ data: z.object({ key: z.string(), secret: z.string() }) });
const items = z.object({ data: z.object({ items: z.array(z.record(z.string(), z.unknown())) }) });

/** SQS gives a message again so long after its consumer died. */
const VISIBILITY_MS = 180_000;

/** The API with its webhooks, what sends them, and the servers they lead to. */
export async function webhookWorld() {
  const killSwitch = createKillSwitch();
  let now = () => 0;
  const queue = createTimedQueue<WebhookMessage>(() => now(), { killSwitch });
  const world = createWorld({ webhookQueue: queue, killSwitch });
  now = world.clock;
  const { clock, table, ledger, log, mailQueue, ports } = world;
  const receiver = createMemoryReceiver(clock, killSwitch.pass);
  const { basic: authorization } = await world.start();
  const mailer = createMemoryMailer();
  const present = presentNoun(ledger, clock);
  const { newKey } = ports;
  const mail: Queue<MailMessage> = {
    async send(...asked) {
      killSwitch.pass();
      await mailQueue.send(...asked);
    },
  };
  const work = sendWebhooks({
    table,
    ledger,
    webhooks: queue,
    mail,
    post: receiver.post,
    present,
    clock,
    newKey,
    log,
  });
  const handler = createHandler({ work, log });
  const announcing = () => ({ webhooks: queue, heard: createHeardEvents({ ledger, clock }), clock });
  const call = (method: string, path: string, body?: unknown, request: Call = {}) =>
    world.call(method, path, { authorization, ...(body !== undefined && { body }), ...request });

  async function take(message: WebhookMessage): Promise<void> {
    const record = {
      messageId: "m",
      receiptHandle: "r",
      body: JSON.stringify(message),
      attributes: {
        ApproximateReceiveCount: "1",
        SentTimestamp: "0",
        SenderId: "",
        ApproximateFirstReceiveTimestamp: "0",
      },
      messageAttributes: {},
      md5OfBody: "",
      eventSource: "aws:sqs",
      eventSourceARN: "",
      awsRegion: "us-east-1",
    };
    await handler({ Records: [record] }, context);
  }

  return {
    ...world,
    killSwitch,
    queue,
    receiver,
    authorization,
    call,
    take,
    mails: mailer.mails,
    /** Makes a webhook and gives its key and secret. */
    async make(body: object = {}): Promise<{ readonly key: string; readonly secret: string }> {
      const { json } = await call("POST", WEBHOOKS, { target: TARGET, events: ["*"], ...body });
      return made.parse(json).data;
    },
    async deliveries(webhook: string, query: Readonly<Record<string, string>> = {}) {
      const { json } = await call("GET", `${WEBHOOKS}/${webhook}/deliveries`, undefined, { query });
      return items.parse(json).data.items;
    },
    /** Announces changes and makes them, as the API does. */
    async change(changes: readonly Change[], mark: string, isMade = true): Promise<void> {
      await announceChanges(announcing(), "acme", changes, mark);
      if (isMade) await ledger.commit({ mark, changes });
    },
    announcing,
    /** Works off the queue, moving the clock on to each message, for so long. A consumer that dies gets it again. */
    async run(forMs = Infinity): Promise<void> {
      const end = clock() + forMs;
      for (let steps = 0; ; steps++) {
        if (steps > 20_000) throw new Error("the queue never gets empty");
        const found = queue.next();
        if (found === undefined) return;
        if (found.at > end) return queue.putBack(found.message, found.at);
        if (found.at > clock()) clock.set(found.at);
        try {
          await take(found.message);
        } catch (error) {
          if (!(error instanceof Killed)) throw error;
          killSwitch.revive();
          queue.putBack(found.message, clock() + VISIBILITY_MS);
        }
      }
    },
    async sendMails(): Promise<void> {
      const links = { bundleLinks: createMemoryLinkSigner(), reportLinks: createMemoryLinkSigner() };
      for (const message of mailQueue.drain())
        for (let time = 0; time < 2; time++)
          await sendMail(
            { table, ledger, mailer, mailQueue, clock, log, randomToken: createCountingTokens(), ...links },
            message,
          );
    },
  };
}
