import { dynamo } from "../../shared/aws/dynamo-client.ts";
import { s3 } from "../../shared/aws/s3-client.ts";
import { systemClock } from "../../shared/aws/clock.ts";
import { createDynamoTable } from "../../shared/aws/dynamo-table.ts";
import { readEnvironment } from "../../shared/aws/environment.ts";
import { createLog } from "../../shared/aws/logger.ts";
import { createS3ObjectStore } from "../../shared/aws/s3-object-store.ts";
import { noteDownloads } from "../../shared/exports/note-downloads.ts";
import { createLedger } from "../../shared/ledger/ledger.ts";
import { createHandler } from "./handler.ts";

const env = readEnvironment(["table", "logBucket"]);

const table = createDynamoTable({ client: dynamo(), tableName: env.table });

export const handler = createHandler({
  note: noteDownloads({
    ledger: createLedger({ table, clock: systemClock }),
    logs: createS3ObjectStore({ client: s3(), bucket: env.logBucket }),
    log: createLog("note-downloads"),
  }),
});
