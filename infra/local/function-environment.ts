import { ENV, NO_PAGE, WEBHOOK_ADDRESSES } from "../../shared/names.ts";
import { type FunctionName, variablesOf } from "../platform.ts";
import { CREDENTIALS, DOWNLOAD_ROLES, OPERATOR, REGION, SENDER } from "./account.ts";
import type { Provisioned } from "./provision.ts";

/** Where each AWS service answers. */
export type AwsEndpoints = Readonly<Record<"dynamodb" | "s3" | "sqs" | "ses" | "sts", string>>;

/** Exactly the variables that the deployed function has, and what the SDK needs to find the local servers. */
export function environmentOf(name: FunctionName, aws: AwsEndpoints, resources: Provisioned): Record<string, string> {
  const values: Record<keyof typeof ENV, string> = {
    table: resources.table,
    uploadBucket: resources.buckets.uploads,
    exportBucket: resources.buckets.exports,
    logBucket: resources.buckets.logs,
    importQueue: resources.queues.imports.url,
    exportQueue: resources.queues.exports.url,
    mailQueue: resources.queues.mail.url,
    webhookQueue: resources.queues.webhooks.url,
    // Receivers that somebody tries out run on this machine, too.
    webhookAddresses: WEBHOOK_ADDRESSES.private,
    sender: SENDER,
    operator: OPERATOR,
    signInPage: NO_PAGE,
    bundleLinkRole: DOWNLOAD_ROLES.bundles,
    reportLinkRole: DOWNLOAD_ROLES.reports,
  };
  return {
    ...Object.fromEntries(variablesOf(name).map((variable) => [ENV[variable], values[variable]])),
    PATH: process.env["PATH"] ?? "",
    NODE_NO_WARNINGS: "1",
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    AWS_ENDPOINT_URL_DYNAMODB: aws.dynamodb,
    AWS_ENDPOINT_URL_S3: aws.s3,
    AWS_ENDPOINT_URL_SQS: aws.sqs,
    AWS_ENDPOINT_URL_SES: aws.ses,
    AWS_ENDPOINT_URL_STS: aws.sts,
  };
}
