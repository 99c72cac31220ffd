import middy from "@middy/core";
import type { Context, SQSEvent } from "aws-lambda";
import type { exportBundle, ExportMessage, failExport } from "../../shared/exports/export-bundle.ts";
import { EXPORT_ATTEMPTS } from "../../shared/names.ts";

interface Dependencies {
  readonly build: ReturnType<typeof exportBundle>;
  readonly fail: ReturnType<typeof failExport>;
}

/** Enough to put aside what is in memory. */
const RESERVE_MS = 45_000;

/** Tells when it is time to put down the work: a while before the invocation ends, however long that is. */
function timeKeeper({ getRemainingTimeInMillis }: Pick<Context, "getRemainingTimeInMillis">): () => boolean {
  const reserve = Math.min(RESERVE_MS, getRemainingTimeInMillis() / 3);
  return () => getRemainingTimeInMillis() < reserve;
}

/**
 * Builds the bundle a message asks for. The delivery behind the last attempt gives the export up and tells its
 * requester, whatever ended the attempts; then the message is put aside, which rings the operator's alarm.
 */
export const createHandler = ({ build, fail }: Dependencies) =>
  middy<SQSEvent, void>().handler(async ({ Records }, context) => {
    const isTimeUp = timeKeeper(context);
    for (const { body, attributes } of Records) {
      const message: ExportMessage = JSON.parse(body);
      if (Number(attributes.ApproximateReceiveCount) <= EXPORT_ATTEMPTS) await build(message, isTimeUp);
      else {
        await fail(message, "The bundle could not be built, in several attempts. The operator has been alerted.");
        throw new Error(`export ${message.key} is given up`);
      }
    }
  });
