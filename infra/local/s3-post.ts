import { AwsError } from "./aws-error.ts";
import { openForm } from "./multipart-form.ts";
import type { OpenForm } from "./multipart-form.ts";
import { requirePolicy } from "./post-policy.ts";
import type { SizeRange } from "./post-policy.ts";
import { answerEmpty, answerXml } from "./s3-answer.ts";
import { keepHeaders, keepMetadata, requireKeyLength } from "./s3-attributes.ts";
import { writeBytes } from "./s3-body.ts";
import { commitObject, requireBucket } from "./s3-context.ts";
import type { S3Context } from "./s3-context.ts";
import type { S3Request } from "./s3-request.ts";
import type { StoredObject } from "./s3-store.ts";
import { verifyPostPolicy } from "./signature.ts";
import type { SignatureRules } from "./signature.ts";
import { textElement } from "./xml.ts";

/** Whether a request is a browser form, which is signed by its fields and not by its headers. */
export function isPostForm({ method, key, incoming }: S3Request): boolean {
  const type = incoming.headers["content-type"] ?? "";
  return method === "POST" && key === "" && type.startsWith("multipart/form-data") && !incoming.headers.authorization;
}

/** PostObject: an upload by a browser form under a signed policy. */
export async function postObject(context: S3Context, request: S3Request, rules: SignatureRules): Promise<void> {
  const form = await readForm(request);
  const { fields } = form;
  const { allow } = verifyPostPolicy(fields, rules);
  if (allow) throw new AwsError("AccessDenied", 403, "Access Denied");
  const bucket = requireBucket(context, request.bucket);
  const sizes = requirePolicy(fields, bucket.name, context.clock);
  const key = (fields.get("key") ?? "").replaceAll("${filename}", form.fileName);
  if (key === "") throw new AwsError("InvalidArgument", 400, "Bucket POST must contain a field named 'key'.");
  requireKeyLength(key);
  const attributes = { ...keepHeaders((name) => fields.get(name)), ...keepMetadata(fields), tags: {} };
  const { segment, md5, checksums } = await writeBytes(withinSizes(form.file, sizes), bucket);
  const object = {
    ...attributes,
    key,
    size: segment.size,
    etag: md5.toString("hex"),
    checksums,
    checksumType: "FULL_OBJECT" as const,
    segments: [segment],
  };
  answerPost(request, fields, commitObject(context, request, bucket, object, "ObjectCreated:Post"));
}

async function readForm(request: S3Request): Promise<OpenForm> {
  try {
    return await openForm(request.incoming, request.header("content-type") ?? "");
  } catch {
    const message = "The body of your POST request is not well-formed multipart/form-data.";
    throw new AwsError("MalformedPOSTRequest", 400, message);
  }
}

async function* withinSizes(file: AsyncIterable<Buffer>, { least, most }: SizeRange): AsyncGenerator<Buffer> {
  let size = 0;
  for await (const piece of file) {
    size += piece.length;
    if (size > most) throw new AwsError("EntityTooLarge", 400, "Your proposed upload exceeds the maximum allowed size");
    yield piece;
  }
  if (size < least) {
    throw new AwsError("EntityTooSmall", 400, "Your proposed upload is smaller than the minimum allowed size");
  }
}

function answerPost(request: S3Request, fields: ReadonlyMap<string, string>, { key, etag }: StoredObject): void {
  const location = `http://${request.header("host")}/${request.bucket}/${encodeURIComponent(key)}`;
  const headers = { etag: `"${etag}"`, location };
  const redirect = fields.get("success_action_redirect");
  if (redirect !== undefined && URL.canParse(redirect)) {
    const target = new URL(redirect);
    for (const [name, value] of [
      ["bucket", request.bucket],
      ["key", key],
      ["etag", `"${etag}"`],
    ] as const) {
      target.searchParams.set(name, value);
    }
    return answerEmpty(request, 303, { ...headers, location: target.href });
  }
  const status = fields.get("success_action_status");
  if (status === "200") return answerEmpty(request, 200, headers);
  if (status !== "201") return answerEmpty(request, 204, headers);
  const place = textElement("Location", location) + textElement("Bucket", request.bucket);
  answerXml(request, "PostResponse", place + textElement("Key", key) + textElement("ETag", `"${etag}"`), 201);
}
