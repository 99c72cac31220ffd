import { MailRefused } from "../../shared/errors.ts";
import type { Mail, Mailer } from "../../shared/ports.ts";
import { createKillSwitch, type KillSwitch } from "./kill-switch.ts";

/** A mailer that keeps what was sent. */
export interface MemoryMailer extends Mailer {
  readonly mails: readonly Mail[];
  /** Whether it answers that it will not send. */
  refuses: boolean;
  /** How many more mails it is too busy for. */
  throttles: number;
  /** Whether it sends, but its caller never learns that. */
  losesAnswers: boolean;
}

export function createMemoryMailer({
  killSwitch = createKillSwitch(),
}: { killSwitch?: KillSwitch } = {}): MemoryMailer {
  const mails: Mail[] = [];
  const mailer: MemoryMailer = {
    mails,
    refuses: false,
    throttles: 0,
    losesAnswers: false,
    async send(mail) {
      await Promise.resolve();
      killSwitch.pass();
      if (mailer.throttles > 0) {
        mailer.throttles -= 1;
        throw new MailRefused(new Error("Throttling"), { isThrottled: true });
      }
      if (mailer.refuses) throw new MailRefused(new Error("MessageRejected"));
      mails.push({ ...mail });
      if (mailer.losesAnswers) throw new Error("the answer was lost");
    },
  };
  return mailer;
}
