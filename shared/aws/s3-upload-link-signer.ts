import type { S3Client, S3ClientConfig } from "@aws-sdk/client-s3";
import { createPresignedPost } from "@aws-sdk/s3-presigned-post";
import type { Clock, UploadLinkSigner } from "../ports.ts";

interface Signing {
  /** Makes a client whose time is so many milliseconds ahead of the machine's. */
  readonly s3: (settings: Pick<S3ClientConfig, "systemClockOffset">) => S3Client;
  readonly bucket: string;
  readonly clock: Clock;
}

/**
 * Signs upload forms with the caller's own credentials: a form whose signer's session ends before its minutes do is
 * refused by S3, and asking for another costs nothing.
 */
export function createUploadLinkSigner({ s3, bucket, clock }: Signing): UploadLinkSigner {
  return {
    async form(key, { maxBytes, minutes }) {
      const now = clock();
      // The library asks no clock but its client's.
      const client = s3({ systemClockOffset: now - Date.now() });
      try {
        const { url, fields } = await createPresignedPost(client, {
          Bucket: bucket,
          Key: key,
          Conditions: [["content-length-range", 1, maxBytes]],
          Expires: minutes * 60,
        });
        return { url, fields };
      } finally {
        client.destroy();
      }
    },
  };
}
