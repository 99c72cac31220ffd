import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createFailureTeller } from "../../infra/local/failures.ts";
import { createScreen } from "../../infra/local/screen.ts";

function memoryOutput(isTTY: boolean) {
  let text = "";
  return {
    isTTY,
    columns: 40,
    write(piece: string) {
      text += piece;
      return true;
    },
    text: () => text,
  };
}

describe("the screen", () => {
  it("draws progress in place in a terminal, and what is told meanwhile above it", () => {
    const output = memoryOutput(true);
    const screen = createScreen(output);
    screen.progress("10 %");
    screen.line("something");
    screen.progress("20 %");
    screen.done();
    screen.line("end");
    expect(output.text()).toBe("\r\x1b[K10 %\r\x1b[Ksomething\n10 %\r\x1b[K20 %\nend\n");
  });

  it("cuts progress to the width of the terminal, as a line that wraps cannot be redrawn", () => {
    const output = memoryOutput(true);
    createScreen(output).progress("x".repeat(100));
    expect(output.text()).toBe(`\r\x1b[K${"x".repeat(39)}`);
  });

  it("prints only the last state of progress elsewhere", () => {
    const output = memoryOutput(false);
    const screen = createScreen(output);
    screen.progress("10 %");
    screen.line("something");
    screen.progress("20 %");
    screen.done();
    expect(output.text()).toBe("something\n20 %\n");
  });
});

describe("failures on the screen", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("are told with attempt, reason and log, the last attempt with what its alarm says", () => {
    const output = memoryOutput(false);
    const tell = createFailureTeller(createScreen(output), "/data/logs");
    tell("import-rows", new Error("import-rows died (SIGKILL)"), { number: 1, isLast: false, retrySeconds: 1 });
    tell("send-mail", new Error("MessageRejected: no"), { number: 5, isLast: true, retrySeconds: 0 });
    tell("api", new Error("api died (SIGKILL)"));
    expect(output.text()).toContain(
      "\n  import-rows failed: import-rows died (SIGKILL)\n    attempt 1, again in 1 s; see /data/logs/import-rows.log\n",
    );
    expect(output.text()).toMatch(
      /send-mail failed: .*\n {4}attempt 5 was the last\. A mail .*redrive.*\n {4}see .*send-mail\.log/,
    );
    expect(output.text()).toContain("\n  api failed: api died (SIGKILL)\n    see /data/logs/api.log\n");
  });

  it("that go on and on are told as a number, and anew later", () => {
    const output = memoryOutput(false);
    const tell = createFailureTeller(createScreen(output), "/data/logs");
    const failMany = (times: number) => {
      for (let number = 1; number <= times; number++)
        tell("import-rows", new Error("no"), { number, isLast: false, retrySeconds: 1 });
    };
    failMany(100);
    const told = () => output.text().match(/import-rows failed: no/g)?.length;
    expect(told()).toBe(3);
    vi.advanceTimersByTime(10_000);
    expect(output.text()).toContain("import-rows failed 97 more times; see /data/logs/import-rows.log");
    failMany(2);
    expect(told()).toBe(5);
    vi.advanceTimersByTime(10_000);
    expect(output.text().match(/more times/g)).toHaveLength(1);
  });
});
