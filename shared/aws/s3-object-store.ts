import {
  CopyObjectCommand,
  DeleteObjectCommand,
  type GetObjectCommandOutput,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import type { ByteRange, ObjectStore, StoredObject } from "../ports.ts";
import { createPatience } from "./patience.ts";
import { resumeUpload, startUpload } from "./s3-upload.ts";

const NOT_FOUND = 404;
const CONFLICT = 409;
const PRECONDITION_FAILED = 412;
const RANGE_NOT_SATISFIABLE = 416;

/** One bucket, in S3. */
export function createS3ObjectStore({ client, bucket }: { client: S3Client; bucket: string }): ObjectStore {
  async function get(Key: string, range?: ByteRange): Promise<StoredObject | undefined> {
    if (range !== undefined && range.to <= range.from) return getNothing(Key);
    // HTTP ranges name their last byte.
    const Range = range && `bytes=${range.from}-${range.to - 1}`;
    try {
      return stored(await client.send(new GetObjectCommand({ Bucket: bucket, Key, Range })));
    } catch (error) {
      const status = statusOf(error);
      if (status === NOT_FOUND) return undefined;
      if (status === RANGE_NOT_SATISFIABLE) return getNothing(Key);
      throw error;
    }
  }

  /** An object without any of its bytes, which no HTTP range can say. */
  async function getNothing(Key: string): Promise<StoredObject | undefined> {
    try {
      const {
        ContentLength = 0,
        ETag = "",
        Metadata = {},
      } = await client.send(new HeadObjectCommand({ Bucket: bucket, Key }));
      return { body: nothing(), bytes: ContentLength, etag: ETag, metadata: Metadata };
    } catch (error) {
      if (statusOf(error) === NOT_FOUND) return undefined;
      throw error;
    }
  }

  return {
    get,
    async put(Key, Body, { type, ifAbsent = false } = {}) {
      const wait = createPatience();
      for (;;) {
        try {
          const IfNoneMatch = ifAbsent ? "*" : undefined;
          await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ContentType: type, IfNoneMatch }));
          return true;
        } catch (error) {
          if (statusOf(error) === PRECONDITION_FAILED) return false;
          // Somebody else is writing the same key: S3 asks to come again.
          if (statusOf(error) !== CONFLICT) throw error;
          await wait(error);
        }
      }
    },
    async copy(from, to, etag) {
      const CopySource = [bucket, ...from.split("/")].map(encodeURIComponent).join("/");
      try {
        await client.send(
          new CopyObjectCommand({
            Bucket: bucket,
            Key: to,
            CopySource,
            CopySourceIfMatch: etag,
            TaggingDirective: "REPLACE",
          }),
        );
        return true;
      } catch (error) {
        const status = statusOf(error);
        if (status === PRECONDITION_FAILED || status === NOT_FOUND) return false;
        throw error;
      }
    },
    upload: (key, { type } = {}) => startUpload({ client, bucket, key }, type),
    resume: (key, at) => resumeUpload({ client, bucket, key }, at),
    async remove(Key) {
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
    },
  };
}

function stored({
  Body,
  ContentLength = 0,
  ContentRange,
  ETag = "",
  Metadata = {},
}: GetObjectCommandOutput): StoredObject {
  const whole = Number(ContentRange?.split("/")[1] ?? ContentLength);
  return { body: Body as AsyncIterable<Uint8Array>, bytes: whole, etag: ETag, metadata: Metadata };
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

const statusOf = (error: unknown): number | undefined =>
  error instanceof S3ServiceException && error.name !== "NoSuchBucket" ? error.$metadata.httpStatusCode : undefined;
