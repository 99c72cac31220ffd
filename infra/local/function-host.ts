import { flushCompileCache } from "node:module";

/** The child process in which one function lives, as it would in one Lambda environment: one event at a time. */

interface Invocation {
  readonly id: number;
  readonly event: unknown;
  readonly deadline: number;
}

type Handler = (event: unknown, context: object) => Promise<unknown>;

// A host without its platform has nothing to do, even while it loads.
process.on("disconnect", () => process.exit(0));
// Ctrl-C reaches the whole group; the platform ends its hosts itself, when their work is put down.
process.on("SIGINT", () => undefined);

const [name = ""] = process.argv.slice(2);
const loaded: { handler: Handler } = await import(`../../functions/${name}/index.ts`);

process.on("message", ({ id, event, deadline }: Invocation) => {
  run(event, context(id, deadline)).then(
    (result) => process.send?.({ id, result: result ?? null }),
    (error: unknown) => {
      // As Lambda does: the whole error goes to the log, its name and message to the caller.
      process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      process.send?.({ id, error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) });
    },
  );
});
process.send?.({ ready: true });
// Written at a process's end otherwise, and hosts are killed.
flushCompileCache();

async function run(event: unknown, about: object): Promise<unknown> {
  return loaded.handler(event, about);
}

function context(id: number, deadline: number) {
  return {
    functionName: name,
    functionVersion: "$LATEST",
    invokedFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${name}`,
    awsRequestId: `${process.pid}-${id}`,
    memoryLimitInMB: "1769",
    logGroupName: name,
    logStreamName: String(process.pid),
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}
