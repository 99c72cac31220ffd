import { AwsError } from "./aws-error.ts";
import type { LocalClock } from "./clock.ts";
import { parseAmzDate } from "./sigv4.ts";

/** The sizes that a policy lets a file have. */
export interface SizeRange {
  readonly least: number;
  readonly most: number;
}

interface PolicyDocument {
  readonly expiration?: unknown;
  readonly conditions?: unknown;
}

type Condition = readonly [operator: string, field: string, value: string];

/** Fields that a policy need not mention. */
const FREE_FIELDS = new Set(["policy", "x-amz-signature", "file", "bucket"]);

/** Holds the fields of a form against its policy; answers the sizes that the file may have. */
export function requirePolicy(fields: ReadonlyMap<string, string>, bucket: string, clock: LocalClock): SizeRange {
  const policy = parsePolicy(fields.get("policy") ?? "");
  requireUnexpired(policy, fields.get("x-amz-date") ?? "", clock);
  const values = new Map([...fields, ["bucket", bucket]]);
  const covered = new Set<string>();
  let size: SizeRange = { least: 0, most: 5 * 1024 ** 3 };
  for (const condition of conditionsOf(policy)) {
    const [operator, name, value] = condition;
    if (operator === "content-length-range") {
      size = { least: Number(name), most: Number(value) };
      continue;
    }
    const field = name.replace(/^\$/, "").toLowerCase();
    covered.add(field);
    const actual = values.get(field) ?? "";
    const holds = operator === "starts-with" ? actual.startsWith(value) : operator === "eq" && actual === value;
    if (!holds) throw refusal(`Policy Condition failed: ${JSON.stringify(condition)}`);
  }
  const extra = [...fields.keys()].find(
    (name) => !covered.has(name) && !FREE_FIELDS.has(name) && !name.startsWith("x-ignore-"),
  );
  if (extra !== undefined) throw refusal(`Extra input fields: ${extra}`);
  return size;
}

function parsePolicy(encoded: string): PolicyDocument {
  try {
    const policy: PolicyDocument | null = JSON.parse(Buffer.from(encoded, "base64").toString());
    if (policy !== null && typeof policy === "object") return policy;
  } catch {
    // Refused below, like a policy that is no object.
  }
  throw new AwsError("InvalidPolicyDocument", 400, "Invalid Policy: Invalid JSON.");
}

function requireUnexpired({ expiration }: PolicyDocument, amzDate: string, clock: LocalClock): void {
  const signedAt = parseAmzDate(amzDate);
  const expires = Date.parse(String(expiration)) + clock.whenSigned(signedAt).earliest - signedAt;
  if (Number.isNaN(expires))
    throw new AwsError("InvalidPolicyDocument", 400, "Invalid Policy: Invalid 'expiration' value");
  if (clock.now() >= expires) throw refusal("Policy expired.");
}

/** Both ways of writing a condition, as operator, field and value. */
function conditionsOf({ conditions }: PolicyDocument): Condition[] {
  if (!Array.isArray(conditions)) throw new AwsError("InvalidPolicyDocument", 400, "Invalid Policy: no conditions");
  return conditions.flatMap((condition: unknown): Condition[] => {
    if (!Array.isArray(condition)) {
      return Object.entries(Object(condition)).map(([name, value]): Condition => ["eq", name, String(value)]);
    }
    const [operator, name, value] = condition;
    return [[String(operator).toLowerCase(), String(name), String(value)]];
  });
}

function refusal(reason: string): AwsError {
  return new AwsError("AccessDenied", 403, `Invalid according to Policy: ${reason}`);
}
