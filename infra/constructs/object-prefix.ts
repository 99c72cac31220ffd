import { Stack, Validations } from "aws-cdk-lib";
import { PolicyStatement, type Role } from "aws-cdk-lib/aws-iam";
import type { Bucket } from "aws-cdk-lib/aws-s3";

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

  // cdk-nag names a bucket of another stack by its export.
  const exported: unknown = Stack.of(role).resolve(Stack.of(bucket).exportValue(bucket.bucketArn));
  Validations.of(role).acknowledge({
    id: `AwsSolutions-IAM5[Resource::${importName(exported)}/${prefix}*]`,
    reason: "Object names are made at run time, so a prefix is the narrowest resource that IAM can name.",
  });
};

const importName = (value: unknown): unknown =>
  typeof value === "object" && value !== null && "Fn::ImportValue" in value ? value["Fn::ImportValue"] : undefined;
