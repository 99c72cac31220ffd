import { Duration, RemovalPolicy, Validations } from "aws-cdk-lib";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Architecture, type Code, Function as LambdaFunction, RecursiveLoop, Runtime } from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { ENV, WEBHOOK_ADDRESSES } from "../../shared/names.ts";
import type { DataStack } from "../data-stack.ts";
import {
  type DownloadRoleName,
  type FunctionDescription,
  type FunctionName,
  functions,
  table,
  variablesOf,
} from "../platform.ts";
import type { Settings } from "../settings.ts";
import { DownloadRole } from "./download-role.ts";
import { grantPrefix } from "./grant-prefix.ts";

export interface ServiceFunctionProps {
  readonly name: FunctionName;
  readonly code: Code;
  readonly data: DataStack;
  readonly settings: Settings;
}

/** One function of the description: its code, its log, and exactly the permissions and variables written there. */
export class ServiceFunction extends Construct {
  readonly function: LambdaFunction;
  readonly role: Role;

  constructor(scope: Construct, id: string, { name, code, data, settings }: ServiceFunctionProps) {
    super(scope, id);
    const described = functions[name];

    const logGroup = new LogGroup(this, "Log", { retention: settings.logDays, removalPolicy: RemovalPolicy.DESTROY });
    this.role = new Role(this, "Role", {
      description: `Partner Ledger, ${name}`,
      assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
    });
    const linkRole = (of: DownloadRoleName, at: string): string | undefined =>
      described.signsLinks?.includes(of)
        ? new DownloadRole(this, at, { name: of, signer: this.role, buckets: data.buckets }).role.roleArn
        : undefined;

    this.allow("logs", ["CreateLogStream", "PutLogEvents"], logGroup.logGroupArn);
    this.grant(described, data, settings);

    const values: Readonly<Record<keyof typeof ENV, string | undefined>> = {
      table: data.table.tableName,
      uploadBucket: data.buckets.uploads.bucketName,
      exportBucket: data.buckets.exports.bucketName,
      logBucket: data.buckets.logs.bucketName,
      importQueue: data.queues.imports.queueUrl,
      exportQueue: data.queues.exports.queueUrl,
      mailQueue: data.queues.mail.queueUrl,
      webhookQueue: data.queues.webhooks.queueUrl,
      webhookAddresses: WEBHOOK_ADDRESSES.public,
      sender: settings.sender,
      operator: settings.operator,
      signInPage: settings.signInPage,
      bundleLinkRole: linkRole("bundles", "BundleLinks"),
      reportLinkRole: linkRole("reports", "ReportLinks"),
    };

    this.function = new LambdaFunction(this, "Function", {
      description: described.description,
      code,
      handler: "index.handler",
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      timeout: Duration.seconds(described.timeoutSeconds),
      memorySize: described.memoryMb,
      role: this.role,
      logGroup,
      // Long work hands itself on through queues and buckets; Lambda would take that for a loop and cut it off after
      // 16 turns. What fails again and again ends in a dead-letter queue all the same.
      recursiveLoop: RecursiveLoop.ALLOW,
      environment: Object.fromEntries(variablesOf(name).map((variable) => [ENV[variable], known(variable, values)])),
    });
  }

  private grant(
    { table: tableVerbs, indexes, objects, lists, sends, mails }: FunctionDescription,
    data: DataStack,
    settings: Settings,
  ): void {
    const { tableArn } = data.table;
    if (tableVerbs) this.allow("dynamodb", tableVerbs, tableArn);
    if (indexes) this.allow("dynamodb", ["Query"], ...table.indexes.map(({ name }) => `${tableArn}/index/${name}`));
    if (lists) this.allow("s3", ["ListBucket"], ...lists.map((bucket) => data.buckets[bucket].bucketArn));
    if (sends) this.allow("sqs", ["SendMessage"], ...sends.map((queue) => data.queues[queue].queueArn));
    for (const { bucket, ...grant } of objects ?? [])
      grantPrefix({ role: this.role, bucket: data.buckets[bucket], ...grant });
    if (mails) {
      this.role.addToPolicy(
        new PolicyStatement({
          actions: ["ses:SendEmail"],
          // SES asks for the recipient's identity too, where that is a verified one, as everyone's is in its sandbox.
          // The condition is what keeps the function to its one sender.
          resources: [data.formatArn({ service: "ses", resource: "identity", resourceName: "*" })],
          conditions: { StringEquals: { "ses:FromAddress": settings.sender } },
        }),
      );
      Validations.of(this.role).acknowledge({
        id: "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ses:<AWS::Region>:<AWS::AccountId>:identity/*]",
        reason: "Recipients' identities cannot be known when deploying; the one sender is fixed by the condition.",
      });
    }
  }

  private allow(service: string, verbs: readonly string[], ...resources: string[]): void {
    this.role.addToPolicy(new PolicyStatement({ actions: verbs.map((verb) => `${service}:${verb}`), resources }));
  }
}

const known = <Name extends string>(name: Name, values: Readonly<Record<Name, string | undefined>>): string => {
  const value = values[name];
  if (value === undefined) throw new Error(`the function is described to need ${name}, but nothing here provides it`);
  return value;
};
