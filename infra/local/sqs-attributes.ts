import { createHash } from "node:crypto";
import { invalidValue, sqsError } from "./sqs-error.ts";
import { isInput } from "./sqs-input.ts";
import type { SqsInput } from "./sqs-input.ts";

/** A message attribute; binary values stay in Base64, as they travel. */
export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
}

/** Message attributes by name. */
export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

/** Reads and checks the attributes of a message. */
export function readAttributes(input: SqsInput, field: string): MessageAttributes {
  const value = input[field];
  if (!isInput(value)) return {};
  const pairs = Object.entries(value).map(([name, attribute]) => [name, readAttribute(name, attribute)] as const);
  if (pairs.length > 10) throw invalidValue("Number of message attributes exceeds the allowed maximum [10].");
  return Object.fromEntries(pairs);
}

/** The attributes that a receiver asked for. */
export function chooseAttributes(attributes: MessageAttributes, wanted: readonly string[]): MessageAttributes {
  const isWanted = (name: string) =>
    wanted.some(
      (want) => ["All", ".*", name].includes(want) || (want.endsWith(".*") && name.startsWith(want.slice(0, -2))),
    );
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => isWanted(name)));
}

/** The digest over attributes that clients compute as well. */
export function attributesMd5(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const hash = createHash("md5");
  const add = (bytes: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of names) {
    const { DataType = "", StringValue, BinaryValue } = attributes[name] ?? {};
    add(Buffer.from(name));
    add(Buffer.from(DataType));
    hash.update(Buffer.from([StringValue === undefined ? 2 : 1]));
    add(StringValue === undefined ? Buffer.from(BinaryValue ?? "", "base64") : Buffer.from(StringValue));
  }
  return hash.digest("hex");
}

/** Bytes that attributes add to the size of a message. */
export function attributesSize(attributes: MessageAttributes): number {
  return Object.entries(attributes).reduce((sum, [name, { DataType, StringValue, BinaryValue }]) => {
    const value =
      StringValue === undefined ? Buffer.byteLength(BinaryValue ?? "", "base64") : Buffer.byteLength(StringValue);
    return sum + Buffer.byteLength(name) + Buffer.byteLength(DataType) + value;
  }, 0);
}

function readAttribute(name: string, attribute: unknown): MessageAttribute {
  const { DataType, StringValue, BinaryValue } = isInput(attribute) ? attribute : {};
  if (typeof DataType !== "string" || !/^(String|Number|Binary)(\..+)?$/.test(DataType)) {
    throw invalidValue(`The type of message attribute '${name}' is invalid.`);
  }
  if (DataType.startsWith("Binary") && typeof BinaryValue === "string") return { DataType, BinaryValue };
  if (!DataType.startsWith("Binary") && typeof StringValue === "string") return { DataType, StringValue };
  throw sqsError("InvalidParameterValue", `The message attribute '${name}' must contain a non-empty value.`);
}
