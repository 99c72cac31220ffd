import type { Mail, Mailer } from "../../shared/ports.ts";
import { createKillSwitch, type KillSwitch } from "./kill-switch.ts";

/** A mailer that keeps what was sent. */
export interface MemoryMailer extends Mailer {
  readonly mails: readonly Mail[];
}

export function createMemoryMailer({
  killSwitch = createKillSwitch(),
}: { killSwitch?: KillSwitch } = {}): MemoryMailer {
  const mails: Mail[] = [];
  return {
    mails,
    async send(mail) {
      await Promise.resolve();
      killSwitch.pass();
      mails.push({ ...mail });
    },
  };
}
