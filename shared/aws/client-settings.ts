import type { DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";

/**
 * A logger without `info` and `error`: for each that exists, the client walks all it sends and receives to redact it,
 * which doubles its work, whether or not anything is then logged.
 */
const logger = { debug: () => undefined, warn: () => undefined } as NonNullable<DynamoDBClientConfig["logger"]>;

const MAX_ATTEMPTS = 5;

/** Enough for the ledger's writes at once beside its reads. */
const SOCKETS = 64;

/** What all clients are made with. */
export function clientSettings(requestTimeout: number) {
  return {
    logger,
    maxAttempts: MAX_ATTEMPTS,
    requestHandler: {
      connectionTimeout: 2_000,
      // An unanswered request is tried again well before its function runs out of time.
      requestTimeout,
      throwOnRequestTimeout: true,
      httpAgent: { maxSockets: SOCKETS },
      httpsAgent: { maxSockets: SOCKETS },
    },
  };
}

/** Makes a client when it is first called for; region, credentials and endpoint come from the environment. */
export function once<Client>(make: () => Client): () => Client {
  let made: Client | undefined;
  return () => (made ??= make());
}
