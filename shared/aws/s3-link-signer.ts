import { GetObjectCommand, type S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import { AssumeRoleCommand, type STSClient } from "@aws-sdk/client-sts";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { LINK_SESSION } from "../names.ts";
import type { Clock, LinkSigner } from "../ports.ts";

/** The longest session that a role assumed by another role may have. */
const SESSION_SECONDS = 3_600;

interface Signing {
  /** Makes a client with the session's credentials. */
  readonly s3: (settings: Pick<S3ClientConfig, "credentials">) => S3Client;
  /** Asked for when there is something to sign. */
  readonly sts: () => STSClient;
  readonly bucket: string;
  readonly roleArn: string;
  readonly clock: Clock;
}

/**
 * Signs links with a session of a role made for it, begun right before: a link dies with its signer's credentials, and
 * a function's own may be about to.
 */
export function createLinkSigner({ s3, sts, bucket, roleArn, clock }: Signing): LinkSigner {
  return {
    async link(key, { minutes, filename }) {
      const { credentials, expiresAt } = await assumeRole(sts(), roleArn);
      const now = clock();
      if (expiresAt < now + minutes * 60_000) {
        throw new Error(`a link of ${minutes} minutes would outlive the session that signs it`);
      }
      const client = s3({ credentials });
      const command = new GetObjectCommand({
        Bucket: bucket,
        Key: key,
        ResponseContentDisposition: `attachment; filename="${filename.replaceAll(/[^\w. -]/g, "_")}"`,
      });
      try {
        return await getSignedUrl(client, command, { expiresIn: minutes * 60, signingDate: new Date(now) });
      } finally {
        client.destroy();
      }
    },
  };
}

async function assumeRole(sts: STSClient, RoleArn: string) {
  // The name shows in the account's audit trail, so it says what the session is for and nothing about whom.
  const request = { RoleArn, RoleSessionName: LINK_SESSION, DurationSeconds: SESSION_SECONDS };
  const { Credentials } = await sts.send(new AssumeRoleCommand(request));
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = Credentials ?? {};
  if (!AccessKeyId || !SecretAccessKey || !SessionToken || !Expiration) {
    throw new Error("the role for download links gave no credentials");
  }
  return {
    credentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken },
    expiresAt: Expiration.getTime(),
  };
}
