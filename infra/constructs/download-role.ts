import { Duration } from "aws-cdk-lib";
import { ArnPrincipal, PolicyStatement, Role } from "aws-cdk-lib/aws-iam";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { type BucketName, type DownloadRoleName, downloadRoles } from "../platform.ts";
import { grantPrefix } from "./grant-prefix.ts";

export interface DownloadRoleProps {
  readonly name: DownloadRoleName;
  /** The only role that may take this one on. */
  readonly signer: Role;
  readonly buckets: Readonly<Record<BucketName, Bucket>>;
}

/** Signs links: a link dies with the session that signed it, and a function's own session may end any minute. */
export class DownloadRole extends Construct {
  readonly role: Role;

  constructor(scope: Construct, id: string, { name, signer, buckets }: DownloadRoleProps) {
    super(scope, id);
    const { description, bucket, prefix, verbs } = downloadRoles[name];

    this.role = new Role(this, "Role", {
      description,
      assumedBy: new ArnPrincipal(signer.roleArn),
      // The most that AWS allows to a role taken on by another role; a link lives half as long at most.
      maxSessionDuration: Duration.hours(1),
    });
    signer.addToPolicy(new PolicyStatement({ actions: ["sts:AssumeRole"], resources: [this.role.roleArn] }));
    grantPrefix({ role: this.role, bucket: buckets[bucket], prefix, verbs });
  }
}
