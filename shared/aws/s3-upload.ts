import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  type CompletedPart,
  CreateMultipartUploadCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import type { MultipartUpload } from "../ports.ts";

interface Target {
  readonly client: S3Client;
  readonly bucket: string;
  readonly key: string;
  readonly type: string | undefined;
}

/** Begins a multipart upload; the object appears when it is completed. */
export async function startUpload({ client, bucket, key, type }: Target): Promise<MultipartUpload> {
  // The client sends a CRC32 with each part, which S3 takes only if the upload was announced with it.
  const ChecksumAlgorithm = "CRC32";
  const { UploadId } = await client.send(
    new CreateMultipartUploadCommand({ Bucket: bucket, Key: key, ContentType: type, ChecksumAlgorithm }),
  );
  const upload = { Bucket: bucket, Key: key, UploadId };
  const parts = new Map<number, CompletedPart>();

  async function part(PartNumber: number, Body: Uint8Array): Promise<void> {
    const { ETag, ChecksumCRC32 } = await client.send(
      new UploadPartCommand({ ...upload, PartNumber, Body, ChecksumAlgorithm }),
    );
    parts.set(PartNumber, { PartNumber, ETag, ChecksumCRC32 });
  }

  return {
    part,
    async complete() {
      // S3 completes no upload without a part, not even that of an empty object.
      if (parts.size === 0) await part(1, new Uint8Array());
      const Parts = [...parts].toSorted(([a], [b]) => a - b).map(([, done]) => done);
      await client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }));
    },
    async abort() {
      await client.send(new AbortMultipartUploadCommand(upload));
    },
  };
}
