import { Validations } from "aws-cdk-lib";
import { PolicyStatement, type Role } from "aws-cdk-lib/aws-iam";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import * as z from "zod";

export interface PrefixGrant {
  readonly role: Role;
  readonly bucket: Bucket;
  readonly prefix: string;
  readonly verbs: readonly string[];
}

/** Lets the role do exactly the verbs on the objects below the prefix; the bucket itself stays closed to it. */
export const grantPrefix = ({ role, bucket, prefix, verbs }: PrefixGrant): void => {
  const resources = [bucket.arnForObjects(`${prefix}*`)];
  role.addToPolicy(new PolicyStatement({ actions: verbs.map((verb) => `s3:${verb}`), resources }));

  Validations.of(role).acknowledge({
    id: `AwsSolutions-IAM5[Resource::${exportName(bucket)}/${prefix}*]`,
    reason: "Object names are made at run time, so a prefix is the narrowest resource that IAM can name.",
  });
};

/** The name by which cdk-nag, and CloudFormation, know a bucket of another stack. */
const exportName = (bucket: Bucket): string => {
  const imported: unknown = bucket.stack.resolve(bucket.stack.exportValue(bucket.bucketArn));
  return z.object({ "Fn::ImportValue": z.string() }).parse(imported)["Fn::ImportValue"];
};
