import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type S3Client,
  S3ServiceException,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { UploadGone } from "../errors.ts";
import type { MultipartUpload, UploadAtRest } from "../ports.ts";

interface Target {
  readonly client: S3Client;
  readonly bucket: string;
  readonly key: string;
}

// The client sends a CRC32 with each part, which S3 takes only if the upload was announced with it.
const ChecksumAlgorithm = "CRC32";

/** Begins a multipart upload; the object appears when it is completed. */
export async function startUpload(target: Target, type: string | undefined): Promise<MultipartUpload> {
  const { client, bucket, key } = target;
  const { UploadId: id } = await client.send(
    new CreateMultipartUploadCommand({ Bucket: bucket, Key: key, ContentType: type, ChecksumAlgorithm }),
  );
  if (id === undefined) throw new Error("S3 began an upload without an id");
  return resumeUpload(target, { id, parts: [] });
}

/** Goes on with an upload whose parts so far are known. */
export function resumeUpload({ client, bucket, key }: Target, { id, parts: earlier }: UploadAtRest): MultipartUpload {
  const upload = { Bucket: bucket, Key: key, UploadId: id };
  const parts = new Map(earlier.map((known) => [known.number, known]));

  async function part(number: number, Body: Uint8Array): Promise<void> {
    const request = new UploadPartCommand({ ...upload, PartNumber: number, Body, ChecksumAlgorithm });
    const { ETag: etag, ChecksumCRC32: checksum } = await present(client.send(request));
    if (etag === undefined || checksum === undefined) throw new Error("S3 took a part without telling its checksum");
    parts.set(number, { number, etag, checksum });
  }

  const inOrder = () => [...parts.values()].toSorted((a, b) => a.number - b.number);

  return {
    part,
    async complete() {
      // S3 completes no upload without a part, not even that of an empty object.
      if (parts.size === 0) await part(1, new Uint8Array());
      const Parts = inOrder().map(({ number, etag, checksum }) => ({
        PartNumber: number,
        ETag: etag,
        ChecksumCRC32: checksum,
      }));
      await present(client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } })));
    },
    async abort() {
      await client.send(new AbortMultipartUploadCommand(upload));
    },
    atRest: () => ({ id, parts: inOrder() }),
  };
}

async function present<Answer>(answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    // Not every operation of the client has a class for it.
    throw error instanceof S3ServiceException && error.name === "NoSuchUpload" ? new UploadGone(error) : error;
  }
}
