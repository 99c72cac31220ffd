import { SendEmailCommand, SendRawEmailCommand } from "@aws-sdk/client-ses";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SENDER, startTestCloud } from "./start-cloud.ts";
import type { TestCloud } from "./start-cloud.ts";

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud();
});
afterAll(() => cloud.discard());

const send = (Source: string, to: string[], Subject: string, text: string, html?: string) =>
  cloud.ses.send(
    new SendEmailCommand({
      Source,
      Destination: { ToAddresses: to, CcAddresses: ["cc@example.com"] },
      Message: {
        Subject: { Data: Subject },
        Body: { Text: { Data: text }, ...(html !== undefined && { Html: { Data: html } }) },
      },
    }),
  );
const mailbox = async () => (await (await fetch(cloud.endpoints.mailbox)).json()) as Record<string, unknown>[];
const page = async (path: string) => (await fetch(new URL(path, cloud.endpoints.mailbox))).text();

describe("mails", () => {
  it("are in the mailbox, newest last, sent at the local time, after a restart too", async () => {
    const first = await send(
      `Ledger <${SENDER}>`,
      ["ann@example.com", "bob@example.com"],
      "Grüße ✓",
      "a & b\nc",
      "<b>hi</b>",
    );
    cloud.clock.advance(3600_000);
    await send(SENDER, ["eve@example.com"], "Second", "text");
    const { dataDir } = cloud;
    const before = await mailbox();
    await cloud.close();
    cloud = await startTestCloud(dataDir);
    expect(await mailbox()).toEqual(before);
    expect(before).toMatchObject([
      { id: first.MessageId, to: "ann@example.com", subject: "Grüße ✓", text: "a & b\nc", html: "<b>hi</b>" },
      { to: "eve@example.com", subject: "Second", html: "", cc: ["cc@example.com"] },
    ]);
    const [sent, later] = before.map(({ sentAt }) => Date.parse(String(sentAt)));
    expect((later ?? 0) - (sent ?? 0)).toBeGreaterThanOrEqual(3600_000);
  });

  it("are refused from a sender that is not verified, and to nobody", async () => {
    await expect(send("x@stranger.test", ["ann@example.com"], "s", "t")).rejects.toMatchObject({
      name: "MessageRejected",
    });
    const nobody = new SendEmailCommand({
      Source: SENDER,
      Destination: {},
      Message: { Subject: { Data: "s" }, Body: {} },
    });
    await expect(cloud.ses.send(nobody)).rejects.toThrow("recipient");
  });

  it("are read from raw messages, attachments named", async () => {
    const lines = [
      `From: ${SENDER}`,
      "To: raw@example.com",
      "Subject: =?UTF-8?B?UmVwb3J0IOKckw==?=",
      "MIME-Version: 1.0",
      'Content-Type: multipart/mixed; boundary="B"',
      "",
      "--B",
      "Content-Type: text/plain; charset=utf-8",
      "Content-Transfer-Encoding: quoted-printable",
      "",
      "gr=C3=BC=\r\n=C3=9Fe",
      "--B",
      'Content-Type: text/csv; name="r.csv"',
      "Content-Transfer-Encoding: base64",
      "",
      "YSxiCg==",
      "--B--",
      "",
    ];
    await cloud.ses.send(new SendRawEmailCommand({ RawMessage: { Data: Buffer.from(lines.join("\r\n")) } }));
    expect((await mailbox()).at(-1)).toMatchObject({
      to: "raw@example.com",
      subject: "Report ✓",
      text: "grüße",
      attachments: [{ name: "r.csv", type: "text/csv", bytes: 4 }],
    });
  });

  it("are shown to people without running what is in them", async () => {
    const script = "<script>alert(1)</script>";
    const { MessageId } = await send(
      SENDER,
      ["ann@example.com"],
      script,
      `see https://x.test/?a=1&b=2 ${script}`,
      script,
    );
    const pages = [await page("/mails"), await page(`/mails/${MessageId}`)];
    for (const html of pages) expect(html).not.toContain(script);
    expect(pages[1]).toContain("https://x.test/?a=1&#38;b=2");
  });
});
