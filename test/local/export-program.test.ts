import { describe, expect, it } from "vitest";
import { exportProgram, type ProgramExport } from "../../infra/export-program.ts";
import { ApiProblem } from "../../infra/local/api-client.ts";

const AS_OF = Date.parse("2026-03-31T23:50:00Z");

const job = (status: string, more: object = {}) => ({
  key: "exp_1",
  program: "northwind",
  status,
  reason: null,
  progress: status === "completed" ? 100 : 0,
  rows: 0,
  bytes: 0,
  as_of: AS_OF,
  files: [],
  member_email: "ada@x.example",
  expires_at: null,
  revoked_at: null,
  ...more,
});

const made = {
  files: [
    { name: "partners.csv", rows: 1, bytes: 12_345 },
    { name: "transactions.csv", rows: 12_000, bytes: 9 },
  ],
};
const mailed = { ...made, expires_at: AS_OF + 30 * 60_000 };

/** Exports by an API that shows the job so, one look after the other, and says what was told. */
async function run(looks: readonly object[], wanted: Partial<ProgramExport> = {}, asked: object = job("queued")) {
  const answers = [...looks];
  let isTakenBack = false;
  const answer = (method: string) => {
    if (method === "POST") return asked;
    if (method === "DELETE") isTakenBack = true;
    return answers.length > 1 ? answers.shift() : answers[0];
  };
  const api = {
    ask: async (method: string) => Promise.resolve(JSON.parse(JSON.stringify(answer(method)))),
    document: async () => Promise.reject(new Error("no document was to be asked for")),
  };
  const told: string[] = [];
  const screen = { line: (text: string) => void told.push(text), progress: () => undefined, done: () => undefined };
  const all = { request: {}, program: undefined, mailbox: undefined, isTerminal: false, ...wanted };
  const ending = await exportProgram(api, all, screen).catch((error: unknown) => String(error));
  return { ending, told: told.join("\n"), isTakenBack };
}

describe("an export from the terminal", () => {
  it("ends when its link is mailed, and tells files, instant and when the link closes", async () => {
    const { ending, told } = await run([job("running"), job("completed", made), job("completed", mailed)]);
    expect(told).toBe(`
  Export exp_1 is completed, as of 2026-03-31 23:50:00 UTC
    partners.csv            1 row  12,345 bytes
    transactions.csv  12,000 rows       9 bytes
  Mailed to ada@x.example; the link closes at 00:20 UTC.`);
    expect(ending).toBe(0);
  });

  it("says where this machine's mails are", async () => {
    const { told } = await run([job("completed", mailed)], { mailbox: "http://127.0.0.1:1/mailbox" });
    expect(told).toMatch(/closes at 00:20 UTC\.\n.*platform: http:\/\/127\.0\.0\.1:1\/mailbox$/);
  });

  it("says so when the mail does not come, and how to ask for it", async () => {
    const { ending, told } = await run([job("completed", made)], { mailPatienceMs: 50 });
    expect(told).toMatch(/its mail to ada@x\.example has not left yet.*\n.*POST \/api\/v2\/exports\/exp_1\/link$/);
    expect(ending).toBe(0);
  });

  it("ends with 2 and the reason when it fails", async () => {
    const { ending, told } = await run([job("running"), job("failed", { reason: "The disk is full." })]);
    expect([ending, told]).toEqual([2, "\n  Export exp_1 is failed: The disk is full."]);
  });

  it.each(["running", "completed"])("ends with 2 when somebody takes it back while it is %s", async (status) => {
    const { ending, told } = await run([job(status, { ...mailed, revoked_at: AS_OF + 1_000 })]);
    expect([ending, told]).toEqual([2, expect.stringContaining("exp_1 was taken back at 2026-03-31 23:50:01 UTC")]);
    expect(told).not.toContain("Mailed");
  });

  it("is taken back when the credentials are of a program that was not meant", async () => {
    const asked = job("queued", { program: "contoso" });
    const { ending, isTakenBack } = await run([job("queued")], { program: "northwind" }, asked);
    expect([isTakenBack, ending]).toEqual([
      true,
      expect.stringContaining('are of the program "contoso", not of "northwind"'),
    ]);
    const right = await run([job("completed", mailed)], { program: "contoso" }, asked);
    expect(right).toMatchObject({ ending: 0, isTakenBack: false });
  });

  it("goes on over a moment's trouble, and gives up when the API refuses", async () => {
    const looks = [502, 502, 404];
    const told: string[] = [];
    const screen = { line: (text: string) => void told.push(text), progress: () => undefined, done: () => undefined };
    const api = {
      ask: async (method: string) => {
        const status = method === "POST" ? undefined : looks.shift();
        if (status !== undefined) throw new ApiProblem("GET /exports/exp_1", status, { message: "no" });
        return Promise.resolve(JSON.parse(JSON.stringify(job("queued"))));
      },
      document: async () => Promise.reject(new Error("no document was to be asked for")),
    };
    const wanted = { request: {}, program: undefined, mailbox: undefined, isTerminal: false };
    await expect(exportProgram(api, wanted, screen)).rejects.toThrow("answered 404: no");
    expect(looks).toEqual([]);
  });
});
