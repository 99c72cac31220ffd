import type { SQSClient } from "@aws-sdk/client-sqs";
import { availableParallelism } from "node:os";
import { type FunctionName, functions, type QueueName, queues } from "../platform.ts";
import type { OnFailure } from "./failures.ts";
import { createFunctionPool, type FunctionPool } from "./function-pool.ts";
import type { Provisioned } from "./provision.ts";
import { type QueuePoller, startQueuePoller } from "./queue-poller.ts";

/** The processes of every function. */
export type FunctionPools = Readonly<Record<FunctionName, FunctionPool>>;

export const functionNames = (): FunctionName[] => Object.keys(functions).filter(isFunction);

/** The functions that an import or export keeps busy may have a process for each core; the others have one. */
const poolSize = (name: FunctionName): number =>
  name === "import-rows" || name === "api" ? Math.min(4, Math.max(2, availableParallelism())) : 1;

/** How long some functions may take over an event, in seconds, where that is not as they are deployed. */
export type Timeouts = { readonly [Name in FunctionName]?: number };

/** Makes a pool for every function; no process runs yet. */
export function createPools(
  environmentOf: (name: FunctionName) => Readonly<Record<string, string>>,
  { logDir, timeouts }: { readonly logDir: string; readonly timeouts: Timeouts },
): FunctionPools {
  const pool = (name: FunctionName) =>
    createFunctionPool({
      name,
      size: poolSize(name),
      env: environmentOf(name),
      logDir,
      timeoutSeconds: timeouts[name],
    });
  return {
    api: pool("api"),
    authorizer: pool("authorizer"),
    "open-import": pool("open-import"),
    "import-rows": pool("import-rows"),
    "export-bundle": pool("export-bundle"),
    "send-mail": pool("send-mail"),
    "note-downloads": pool("note-downloads"),
    "send-webhooks": pool("send-webhooks"),
  };
}

/** Connects every queue with its function. */
export function startPollers(
  sqs: SQSClient,
  resources: Provisioned,
  pools: FunctionPools,
  onFailure: OnFailure,
): QueuePoller[] {
  return Object.keys(queues)
    .filter(isQueue)
    .map((name) => {
      const { consumer, maxReceiveCount } = queues[name];
      return startQueuePoller({
        sqs,
        ...resources.queues[name],
        pool: pools[consumer],
        concurrency: poolSize(consumer),
        maxReceiveCount,
        onFailure: (error, attempt) => onFailure(consumer, error, attempt),
      });
    });
}

const isFunction = (name: string): name is FunctionName => name in functions;
const isQueue = (name: string): name is QueueName => name in queues;
