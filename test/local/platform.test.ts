import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { routes } from "../../shared/api/routes.ts";
import {
  type Bundle,
  cell,
  differences,
  download,
  plain,
  readCsv,
  type Row,
  rowsOf,
  tally,
} from "./platform-bundle.ts";
import {
  basic,
  bearer,
  clientOf,
  type ImportJob,
  linkIn,
  type List,
  type PlatformClient,
  until,
} from "./platform-client.ts";
import {
  allGone,
  descendantsOf,
  type Endpoints,
  freePort,
  type PlatformProcess,
  removeFolders,
  running,
  startPlatformProcess,
  temporaryFolder,
} from "./platform-process.ts";
import {
  comparedRows,
  countedSums,
  partnerIds,
  readSample,
  SAMPLE_TYPES,
  sampleFile,
  shownSums,
} from "./platform-sample.ts";

const MINUTE = 60_000;
const ENDPOINT_NAMES =
  "api mailbox control aws region accessKeyId secretAccessKey table uploadBucket exportBucket program otherProgram teammates partners".split(
    " ",
  );
const FILES = ["applications", "customers", "deals", "leads", "partners", "rewards", "transactions"];
const BAD_ROWS = readFileSync(new URL("./platform-bad-rows.csv", import.meta.url), "utf8");

describe("the local platform with its sample program", () => {
  const dataDir = temporaryFolder();
  const sample = readSample();
  let port: number;
  let platform: PlatformProcess;
  let endpoints: Endpoints;
  let client: PlatformClient;
  let printedLink: string;
  let bundle: Bundle;

  beforeAll(async () => {
    port = await freePort();
    platform = startPlatformProcess({ dataDir, port });
    await platform.ready;
    endpoints = platform.endpoints();
    client = clientOf(endpoints);
    printedLink = linkIn({ text: platform.output() }) ?? "no link was printed";
    bundle = await download(printedLink);
  }, 3 * MINUTE);

  afterAll(async () => {
    await platform.killTree();
    removeFolders([dataDir]);
  });

  describe("when it is ready", () => {
    it("has written endpoints.json with everything that the contract lists, and nothing else", () => {
      expect(new Set(Object.keys(endpoints))).toEqual(new Set(ENDPOINT_NAMES));
      expect(endpoints.api).toBe(`http://127.0.0.1:${port}`);
      expect(Object.keys(endpoints.aws).toSorted()).toEqual(["dynamodb", "s3", "ses", "sqs", "sts"]);
      for (const url of [endpoints.mailbox, endpoints.control, ...Object.values(endpoints.aws)]) {
        expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+(\/mailbox)?$/);
      }
      const keys = ["key", "publicKey", "secretKey"];
      expect(Object.keys(endpoints.program)).toEqual([...keys, "testPublicKey", "testSecretKey"]);
      expect(Object.keys(endpoints.otherProgram)).toEqual(keys);
      expect(endpoints.program.key).not.toBe(endpoints.otherProgram.key);
      expect(endpoints.teammates.map(({ role }) => role)).toEqual(["admin", "technical", "member"]);
      expect(endpoints.partners.length).toBeGreaterThan(0);
      for (const { email, partner_key, token } of endpoints.partners) {
        expect(sample.rows.partners).toContainEqual(expect.objectContaining({ partner_email: email, partner_key }));
        expect(token).not.toBe("");
      }
    });

    it("has told how far the sample was on the way", () => {
      for (const type of SAMPLE_TYPES) {
        const created = `${sample.rows[type].length.toLocaleString("en")} created`;
        expect(platform.output()).toMatch(new RegExp(`${type} .*100 %  ${created}$`, "m"));
      }
      expect(platform.output()).toContain("export ");
      expect(platform.output()).not.toContain("failed");
      expect(platform.output().trimEnd().split("\n").at(-1)).toBe("Partner Ledger is ready");
    });

    it("has printed a curl command that works when it is copied", () => {
      const command = /curl .*/.exec(platform.output())?.[0] ?? "nothing to copy";
      const { stdout, error } = spawnSync("sh", ["-c", `${command} --silent`], { encoding: "utf8" });
      expect(error).toBeUndefined();
      expect(JSON.parse(stdout)).toMatchObject({ data: { items: expect.any(Array) }, status: 200 });
    });

    it("answers in the envelope of the API", async () => {
      const answer = await client.call("GET", "/imports?limit=2");
      expect(answer.type).toBe("application/json; charset=utf-8");
      const { data, message, status } = JSON.parse(answer.text);
      expect({ status, message }).toEqual({ status: 200, message: expect.any(String) });
      expect(Object.keys(data).toSorted()).toEqual(["has_more", "items"]);
      expect(data.items).toHaveLength(2);
      const missing = await client.call("GET", "/imports/imp_missing");
      expect({ status: missing.status, body: JSON.parse(missing.text) }).toEqual({
        status: 404,
        body: { message: expect.any(String), status: 404 },
      });
    });

    it("shows every mail sent, newest last", async () => {
      const mails = await client.mails();
      for (const mail of mails) {
        expect(mail).toMatchObject({
          id: expect.any(String),
          to: endpoints.teammates[0]?.email,
          subject: expect.any(String),
          text: expect.any(String),
          html: expect.stringContaining("<html"),
        });
        expect(new Date(mail.sentAt).toISOString()).toBe(mail.sentAt);
      }
      const times = mails.map(({ sentAt }) => sentAt);
      expect(times).toEqual(times.toSorted());
      // One for each file, and the bundle's.
      expect(mails).toHaveLength(SAMPLE_TYPES.length + 1);
      expect(mails.map(linkIn).filter((link) => link !== undefined)).toEqual([printedLink]);
      expect(linkIn(mails.at(-1) ?? { text: "" })).toBe(printedLink);
    });
  });

  describe("the bundle behind the mailed link", () => {
    it("holds the seven files and a manifest that tells their rows, bytes and digests", () => {
      expect([...bundle.files.keys()].toSorted()).toEqual(FILES);
      expect(bundle.manifest).toMatchObject({ program: endpoints.program.key, rates_to_usd: { USD: "1" } });
      const told = new Map(
        bundle.manifest.files.map(({ name, rows, bytes, sha256 }) => [name, { rows, bytes, sha256 }]),
      );
      for (const name of FILES) {
        expect(told.get(`${name}.csv`)).toEqual({
          rows: rowsOf(bundle, name).length,
          ...bundle.digests.get(`${name}.csv`),
        });
      }
    });

    it("is in the audit log as downloaded once, and its link is in no log of the functions", async () => {
      const told = await until(async () => {
        const { items } = await client.data<List<{ action: string }>>("GET", "/audit-log?limit=250");
        const downloads = items.filter(({ action }) => action === "export.downloaded");
        return downloads.length > 0 ? downloads : undefined;
      });
      const { export: key } = bundle.manifest;
      const who = { actor: { kind: "link", id: key }, subject_key: key, remote_ip: "127.0.0.1" };
      expect(told).toEqual([expect.objectContaining({ ...who, bytes_sent: expect.any(Number) })]);
      const log = readFileSync(join(dataDir, "logs", "note-downloads.log"), "utf8");
      expect(log).toContain("downloads.noted");
      expect(log).not.toContain("X-Amz-");
    });

    it.each(SAMPLE_TYPES)("holds every row of the sample's %s exactly once, with its values", (type) => {
      const expected = tally(sample.expectedRows(type, partnerIds(bundle)));
      expect(differences(expected, tally(comparedRows(bundle, type)))).toEqual([]);
    });

    it("holds what partners have answered when they applied, by the labels of the program's own fields", () => {
      const columns = ["email", "Agreement", "Business description"];
      const told = rowsOf(bundle, "applications").map((row) => columns.map((column) => plain(cell(row, column))));
      expect(differences(tally(sample.applications()), tally(told))).toEqual([]);
    });

    it("names the rewards of each transaction beside it", () => {
      const rewards = Map.groupBy(rowsOf(bundle, "rewards"), (row) => cell(row, "reward_transaction_key"));
      for (const row of rowsOf(bundle, "transactions")) {
        const own = rewards.get(cell(row, "transaction_key")) ?? [];
        const keys = own.map((reward) => cell(reward, "reward_key"));
        const amounts = own.map((reward) => cell(reward, "reward_amount"));
        expect([cell(row, "reward_key"), cell(row, "reward_amount")]).toEqual([keys.join("|"), amounts.join("|")]);
      }
    });

    it("gives every record a key of its own, and a customer the same one in every file", () => {
      for (const [name, column] of [
        ["partners", "partner_id"],
        ["customers", "customer_ps_key"],
        ["rewards", "reward_key"],
      ] as const) {
        const keys = rowsOf(bundle, name).map((row) => cell(row, column));
        expect(new Set(keys).size, column).toBe(keys.length);
      }
      const ownKeys = new Map(
        rowsOf(bundle, "customers").map((row) => [cell(row, "customer_key"), cell(row, "customer_ps_key")]),
      );
      const strangers = rowsOf(bundle, "transactions").filter(
        (row) => ownKeys.get(cell(row, "customer_key")) !== cell(row, "customer_ps_key"),
      );
      expect(strangers).toEqual([]);
    });

    it("has every partner_id of every file in partners.csv", () => {
      const known = new Set(rowsOf(bundle, "partners").map((row) => cell(row, "partner_id")));
      for (const [name, { header, rows }] of bundle.files) {
        expect(header, name).toContain("partner_id");
        const unknown = rows.filter((row) => cell(row, "partner_id") !== "" && !known.has(cell(row, "partner_id")));
        expect(unknown, name).toEqual([]);
      }
    });

    it("has sums in partners.csv that equal the sums over the other files", () => {
      const currencies = sample.rewardCurrencies(partnerIds(bundle));
      const compared = comparedRows(bundle, "rewards");
      const currencyOf = new Map(
        rowsOf(bundle, "rewards").map((row, at) => {
          const [currency = "", ...others] = currencies.get(JSON.stringify(compared[at])) ?? [];
          expect(others).toEqual([]);
          return [row, currency];
        }),
      );
      const counted = countedSums(bundle, (row) => currencyOf.get(row) ?? "");
      expect(shownSums(bundle)).toEqual(counted);
      expect(counted.size).toBe(sample.rows.partners.length);
    });

    it("shows one instant, in every row of every file", () => {
      const instant = bundle.manifest.as_of.slice(0, 19).replace("T", " ");
      for (const [name, { header, rows }] of bundle.files) {
        // Behind it are only the answers of those who applied.
        if (name !== "applications") expect(header.at(-1), name).toBe("exported_at");
        expect(
          rows.filter((row) => cell(row, "exported_at") !== instant),
          name,
        ).toEqual([]);
      }
    });
  });

  describe("the same files dropped again", () => {
    it("change nothing, and each row says so", { timeout: 2 * MINUTE }, async () => {
      for (const type of SAMPLE_TYPES) {
        const { key } = await client.open(type, `${type}.csv`, sampleFile(type));
        const job = await client.whenOver(key);
        const total = sample.rows[type].length;
        const none = { created: 0, updated: 0, skipped: 0, failed: 0 };
        expect(job).toMatchObject({
          status: "completed",
          rows: { total, processed: total, unchanged: total, ...none },
        });
        if (type === "transactions") continue;
        const outcomes = await client.rowsOf(key);
        expect(outcomes.map(({ row }) => row)).toEqual(Array.from({ length: total }, (_, at) => at + 1));
        expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(new Set(["unchanged"]));
      }
    });

    it("leave a second bundle equal to the first but for the time", async () => {
      const { link } = await client.exportAll();
      const second = await download(link);
      const timeless = ({ files }: Bundle) =>
        new Map(
          [...files].map(([name, { header, rows }]) => [
            name,
            { header, rows: rows.map((row) => ({ ...row, exported_at: "" })) },
          ]),
        );
      expect(timeless(second)).toEqual(timeless(bundle));
      expect(second.manifest.as_of > bundle.manifest.as_of).toBe(true);
    });
  });

  describe("a file with bad rows", () => {
    let job: ImportJob;
    beforeAll(async () => {
      const { key } = await client.open("transactions", "mend me.csv", BAD_ROWS);
      job = await client.whenOver(key);
    }, MINUTE);

    it("is imported but for these, and every row is accounted for", async () => {
      expect(job).toMatchObject({
        status: "completed",
        rows: { total: 13, processed: 13, created: 2, updated: 0, unchanged: 0, skipped: 1, failed: 10 },
      });
      const outcomes = await client.rowsOf(job.key);
      expect(outcomes.map(({ row, line, outcome, column, code }) => [row, line, outcome, column, code])).toEqual([
        [1, 2, "created", null, null],
        [2, 3, "failed", "customer_key", "unknown_customer"],
        [3, 4, "failed", "amount_in_dollars", "bad_number"],
        [4, 5, "failed", "amount_in_dollars", "not_exactly_one"],
        [5, 6, "failed", "amount_in_cents", "not_exactly_one"],
        [6, 7, "failed", "amount_in_dollars", "too_many_decimals"],
        [7, 8, "failed", "currency", "bad_currency"],
        [8, 9, "failed", "created_at", "bad_date"],
        [9, 10, "failed", null, "ragged_row"],
        [10, 11, "skipped", null, "blank_row"],
        [11, 12, "failed", "amount_in_dollars", "amount_out_of_range"],
        [12, 13, "created", null, null],
        [13, 14, "failed", null, "unclosed_quote"],
      ]);
      for (const { message, hint } of outcomes.filter(({ outcome }) => outcome === "failed")) {
        expect([message, hint]).toEqual([expect.stringMatching(/\S/), expect.stringMatching(/\S/)]);
      }
    });

    it("comes back as an error file that can be mended and dropped", async () => {
      const { status, type, text } = await client.call("GET", `/imports/${job.key}/errors.csv`);
      expect({ status, type }).toEqual({ status: 200, type: "text/csv; charset=utf-8" });
      const [header = []] = parse(text, { to: 1 });
      const own = BAD_ROWS.split("\n")[0]?.split(",") ?? [];
      expect(header).toEqual([...own, "row", "column", "code", "message", "hint"]);
      const failed = readCsv(text);
      // What a quote has swallowed is in one piece.
      expect(failed.map((row) => cell(row, "key").slice(0, "MEND-00".length))).toEqual(
        ["02", "03", "04", "05", "06", "07", "08", "09", "11", "13"].map((number) => `MEND-${number}`),
      );
      expect(failed.map((row) => cell(row, "note"))).toContain("half a yen");

      const good = { customer_key: "002150", amount_in_dollars: "1", amount_in_cents: "", currency: "USD" };
      const rest = { created_at: "2026-01-05", note: "", message: "", hint: "" };
      const mend = (row: Row, at: number): Row => ({ ...row, ...good, ...rest, key: `MENDED-${at}` });
      const mended = [header, ...failed.map((row, at) => Object.values(mend(row, at)))];
      const { key } = await client.open("transactions", "mended.csv", mended.map((row) => row.join(",")).join("\n"));
      expect((await client.whenOver(key)).rows).toMatchObject({ total: 10, created: 10, failed: 0 });
    });

    it("is told to the program's admin in one mail", async () => {
      const about = await until(async () => {
        const found = (await client.mails()).filter(({ text }) => text.includes(job.key));
        return found.length > 0 ? found : undefined;
      });
      expect(about).toHaveLength(1);
      expect(about[0]).toMatchObject({ to: client.admin, subject: expect.stringContaining("10 rows failed") });
    });

    it("is refused as a whole when its type means nothing, which the admin is told, too", async () => {
      const { key } = await client.open("invoices", "invoices.csv", "a,b\n1,2\n");
      expect(await client.whenOver(key)).toMatchObject({
        status: "failed",
        reason: expect.stringContaining("invoices"),
      });
      const mail = await until(async () => (await client.mails()).find(({ text }) => text.includes(key)));
      expect(mail).toMatchObject({ to: client.admin, subject: "Import of invoices.csv did not work" });
    });

    it("goes to the operator when it belongs to no program", async () => {
      await client.drop("imports/nobody/transactions/lost.csv", BAD_ROWS);
      const mail = await until(async () => (await client.mails()).find(({ text }) => text.includes("lost.csv")));
      expect(mail.to).toMatch(/^operator@/);
      expect(mail.text).toContain("imports/nobody/transactions/lost.csv");
    });
  });

  describe("leads and deals", () => {
    const [ada = "", bo = ""] = sample.rows.partners.map((row) => cell(row, "partner_key"));
    const leads = [
      "first_name,last_name,email,company,partner_key,status,amount_in_dollars,created_at",
      `Grace,Hopper,grace@cobol.example,"Cobol, Inc.",${ada},Closed-Won,1250.50,2026-01-31 09:30`,
      `Jean,Bartik,jean@eniac.example,Eniac,${bo},open,,`,
      `Jean,Bartik,JEAN@eniac.example,Eniac,${bo},closed lost,,`,
      `Ida,Rhodes,ida@cobol.example,Cobol,${ada},won,,`,
      "",
    ].join("\n");
    const deals = [
      "amount,close date,partner_key,status,account_name,key",
      `125000,2026-03-31,${ada},Closed won,Cobol,crm_1`,
      `9900,2026-04-30,${bo},negotiating,,`,
      `1,2026-04-31,${bo},Working,,`,
      "",
    ].join("\n");

    it.each([
      ["leads", leads, ["created", "created", "updated", "failed"], { code: "bad_status", column: "status" }],
      ["deals", deals, ["created", "created", "failed"], { code: "bad_date", column: "close date" }],
    ])("are imported once: %s", { timeout: MINUTE }, async (type, text, first, failure) => {
      const { key } = await client.open(type, `${type}.csv`, text);
      expect(await client.whenOver(key)).toMatchObject({ status: "completed" });
      const outcomes = await client.rowsOf(key);
      expect(outcomes.map(({ outcome }) => outcome)).toEqual(first);
      expect(outcomes.at(-1)).toMatchObject(failure);
      const again = await client.open(type, `${type}.csv`, text);
      expect(await client.whenOver(again.key)).toMatchObject({
        rows: { created: 0, failed: 1, updated: type === "leads" ? 2 : 0 },
      });
    });
  });

  describe("walls", () => {
    const vendorRoutes = routes.filter(
      ({ forPartners, needs }) => !forPartners && needs !== "nothing" && needs !== "credential",
    );
    const paths = async () => {
      const [job] = await client.imports();
      const { items } = await client.data<List<{ key: string }>>("GET", "/exports");
      return vendorRoutes.map(({ method, path }) => {
        const key = path.includes("/exports/") ? items[0]?.key : job?.key;
        return { method, path: path.replace("/api/v2", "").replace("{key}", key ?? "") };
      });
    };
    const bodyFor = (method: string) =>
      method === "POST" ? { member_email: client.admin, all_time: true } : undefined;

    it("let another program's key see nothing of this one's, as if it were not there", async () => {
      const stranger = basic(endpoints.otherProgram);
      for (const path of ["/imports", "/exports"]) {
        const { status, text } = await client.call("GET", path, stranger);
        expect({ status, data: JSON.parse(text).data }).toEqual({ status: 200, data: { items: [], has_more: false } });
      }
      const [job] = await client.imports();
      const { items } = await client.data<List<{ key: string }>>("GET", "/exports");
      const never = await client.call("GET", "/imports/imp_never", stranger);
      expect(never.status).toBe(404);
      for (const path of [
        `/imports/${job?.key}`,
        `/imports/${job?.key}/rows`,
        `/imports/${job?.key}/errors.csv`,
        `/exports/${items[0]?.key}`,
      ]) {
        expect(await client.call("GET", path, stranger), path).toEqual(never);
      }
      // Nor may it have a bundle sent to a teammate of this one.
      const asked = await client.call("POST", "/exports/base-records", stranger, bodyFor("POST"));
      expect(asked.status).toBe(403);
    });

    it("refuse a wrong secret, whoever's it is", async () => {
      const { publicKey, secretKey } = endpoints.program;
      const wrong = [
        basic({ publicKey, secretKey: `${secretKey}x` }),
        basic({ publicKey, secretKey: endpoints.otherProgram.secretKey }),
        basic({ publicKey: "pk_nobody", secretKey }),
        bearer("nobody's"),
        "Basic ?",
      ];
      const answers = await Promise.all(wrong.map((header) => client.call("GET", "/imports", header)));
      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
      expect(answers[0]?.status).toBe(401);
    });

    it("keep a partner's token, and a member without permission, from every route of the vendor", async () => {
      const member = endpoints.teammates.find(({ role }) => role === "member");
      const tokens = [...endpoints.partners, ...(member ? [member] : [])].map(({ token }) => token);
      expect(tokens.length).toBeGreaterThan(1);
      for (const { method, path } of await paths()) {
        for (const token of tokens) {
          const { status } = await client.call(method, path, bearer(token), bodyFor(method));
          expect({ method, path, status }).toEqual({ method, path, status: 403 });
        }
      }
    });

    it("let the admin and the technical teammate read what the program's key reads", async () => {
      const own = await client.call("GET", "/imports");
      for (const { role, token } of endpoints.teammates.filter(({ role: one }) => one !== "member")) {
        expect(await client.call("GET", "/imports", bearer(token)), role).toEqual(own);
      }
    });
  });

  // Behind all others, because from here on the clock of the local cloud is ahead.
  describe("links", () => {
    const touched = (change: (url: URL) => void): string => {
      const url = new URL(printedLink);
      change(url);
      return url.href;
    };
    const statusOf = async (link: string, method = "GET") => {
      const response = await fetch(link, { method });
      await response.body?.cancel();
      return response.status;
    };

    it("open nothing when path, signature, expiry, session or verb is another", async () => {
      const flip = (text: string) => (text.endsWith("0") ? `${text.slice(0, -1)}1` : `${text.slice(0, -1)}0`);
      const change = (name: string, to: (value: string) => string) =>
        touched(({ searchParams }) => searchParams.set(name, to(searchParams.get(name) ?? "")));
      const others = {
        path: touched((url) => (url.pathname = url.pathname.replace("bundle.zip", "bundle2.zip"))),
        bucket: touched((url) => (url.pathname = url.pathname.replace("-exports/", "-uploads/"))),
        signature: change("X-Amz-Signature", flip),
        expiry: change("X-Amz-Expires", () => "604800"),
        date: change("X-Amz-Date", (date) => date.replace(/\d\dZ$/, "00Z").replace(/T\d\d/, "T00")),
        session: change("X-Amz-Security-Token", flip),
        filename: change("response-content-disposition", () => "inline"),
      };
      for (const [what, link] of Object.entries(others)) expect([what, await statusOf(link)]).toEqual([what, 403]);
      for (const method of ["PUT", "DELETE", "HEAD"])
        expect([method, await statusOf(printedLink, method)]).toEqual([method, 403]);
    });

    it(
      "come afresh when asked for, and are dead as soon as the export is taken back",
      { timeout: MINUTE },
      async () => {
        const { job, link } = await client.exportAll();
        await client.data("POST", `/exports/${job.key}/link`);
        const fresh = await until(async () => {
          const links = (await client.mails()).map(linkIn).filter((one) => one?.includes(`/${job.key}/`));
          return links.find((one) => one !== link);
        });
        expect([await statusOf(link), await statusOf(fresh)]).toEqual([200, 200]);
        expect(await client.data("DELETE", `/exports/${job.key}`)).toMatchObject({ revoked_at: expect.any(Number) });
        expect([await statusOf(link), await statusOf(fresh)]).toEqual([403, 403]);
        expect(await client.call("POST", `/exports/${job.key}/link`)).toMatchObject({ status: 410 });
      },
    );

    it("close after 30 minutes, and a fresh export has one that opens", { timeout: MINUTE }, async () => {
      const { link } = await client.exportAll();
      await client.advance(29 * MINUTE);
      expect(await statusOf(link)).toBe(200);
      await client.advance(MINUTE);
      expect([await statusOf(link), await statusOf(printedLink)]).toEqual([403, 403]);
      const fresh = await client.exportAll();
      const again = await download(fresh.link);
      expect(rowsOf(again, "customers")).toHaveLength(sample.rows.customers.length);
    });
  });

  describe("an end and a new start", () => {
    it("after everything was killed, it opens the same data under the same keys", { timeout: MINUTE }, async () => {
      const before = { jobs: await client.imports(), mails: await client.mails() };
      await platform.killTree();
      expect(existsSync(join(dataDir, "endpoints.json")), "nobody was left to take it away").toBe(true);

      platform = startPlatformProcess({ dataDir, port });
      await platform.ready;
      expect(platform.output()).not.toContain("Importing the sample");
      const { aws: _addresses, control: _control, mailbox: _mailbox, ...kept } = endpoints;
      expect(platform.endpoints()).toMatchObject(kept);
      client.close();
      client = clientOf(platform.endpoints());
      expect({ jobs: await client.imports(), mails: await client.mails() }).toEqual(before);
      const { link } = await client.exportAll();
      const reopened = await download(link);
      for (const type of ["partners", "rewards"] as const) {
        const expected = tally(sample.expectedRows(type, partnerIds(reopened)));
        expect(differences(expected, tally(comparedRows(reopened, type)))).toEqual([]);
      }
    });

    it("on Ctrl-C it ends with all its processes, and takes its addresses away", async () => {
      const processes = descendantsOf(platform.pid);
      expect(processes.length).toBeGreaterThan(3);
      platform.pressCtrlC();
      expect(await platform.ended).toEqual({ code: 0, signal: null });
      await allGone(processes);
      expect(running([platform.pid])).toEqual([]);
      expect(existsSync(join(dataDir, "endpoints.json"))).toBe(false);
      expect(platform.output()).not.toMatch(/Error|failed/);
    });
  });
});
