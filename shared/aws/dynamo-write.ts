import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import type { Place, Write } from "../ports.ts";
import { encodeMap, encodePlace } from "./dynamo-codec.ts";
import { anything, conditionExpression, createPlaceholders, updateExpression } from "./dynamo-expression.ts";

/** Where a write writes. */
export function placeOf(write: Write): Place {
  if ("put" in write) return write.put;
  if ("remove" in write) return write.remove;
  return "check" in write ? write.check : write.update;
}

/** A write as an element of a transaction, which is also how it looks as a request of its own. */
export function toRequest(TableName: string, write: Write): TransactWriteItem {
  const to = createPlaceholders();
  if ("update" in write) return toUpdate(TableName, write);
  const ConditionExpression = conditionExpression(write.when, to);
  if ("put" in write) {
    return { Put: { TableName, Item: encodeMap(write.put), ConditionExpression, ...to.members() } };
  }
  if ("remove" in write) {
    return { Delete: { TableName, Key: encodePlace(write.remove), ConditionExpression, ...to.members() } };
  }
  return toCheck(TableName, write);
}

function toUpdate(TableName: string, write: Extract<Write, { update: Place }>): TransactWriteItem {
  const to = createPlaceholders();
  const UpdateExpression = updateExpression(write.add ?? {}, write.set ?? {}, to);
  // A transaction takes no update without an expression.
  if (UpdateExpression === undefined) return toCheck(TableName, { check: write.update, when: write.when });
  const ConditionExpression = conditionExpression(write.when, to);
  return {
    Update: { TableName, Key: encodePlace(write.update), UpdateExpression, ConditionExpression, ...to.members() },
  };
}

function toCheck(TableName: string, { check, when }: { check: Place; when: Write["when"] }): TransactWriteItem {
  const to = createPlaceholders();
  const ConditionExpression = conditionExpression(when, to) ?? anything(to);
  return { ConditionCheck: { TableName, Key: encodePlace(check), ConditionExpression, ...to.members() } };
}
