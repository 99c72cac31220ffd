import { describe, expect, it } from "vitest";
import { readSettings } from "../../infra/settings.ts";

const read = (given: Readonly<Record<string, unknown>>) => readSettings((name) => given[name]);

describe("settings", () => {
  it("have a default each, and the defaults protect what is stored", () => {
    expect(read({})).toEqual({
      stage: "prod",
      sender: "partner-ledger@example.com",
      senderIdentity: "partner-ledger@example.com",
      createIdentity: true,
      operator: "operator@example.com",
      signInPage: "none",
      retain: true,
      logDays: 90,
    });
  });

  it("are read from the command line, where all is text", () => {
    expect(
      read({
        stage: "trial",
        retain: "no",
        logDays: "7",
        sender: "ledger@acme.example",
        senderIdentity: "acme.example",
      }),
    ).toMatchObject({
      stage: "trial",
      retain: false,
      logDays: 7,
      senderIdentity: "acme.example",
    });
  });

  it.each([
    ["stage", "Not A Name"],
    ["sender", "nobody"],
    ["operator", ""],
    ["signInPage", "http://portal.acme.example"],
    ["retain", "perhaps"],
    ["logDays", "8"],
  ])("say which one is wrong: %s", (name, value) => {
    expect(() => read({ [name]: value })).toThrow(name);
  });

  it("refuse an identity that does not cover the sender", () => {
    expect(() => read({ sender: "ledger@acme.example", senderIdentity: "other.example" })).toThrow("does not cover");
    expect(() => read({ sender: "ledger@notacme.example", senderIdentity: "acme.example" })).toThrow("does not cover");
  });
});
