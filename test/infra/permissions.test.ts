import { describe, expect, it } from "vitest";
import * as z from "zod";
import { functionNames } from "../../infra/local/functions.ts";
import { functions, variablesOf } from "../../infra/platform.ts";
import { ENV } from "../../shared/names.ts";
import { type Found, PolicyDocument, type Statement, synthesized } from "./synthesized.ts";

const { all, of, read } = synthesized({ sender: "ledger@acme.example" });

const Policy = z.object({ PolicyDocument, Roles: z.array(z.unknown()).default([]) });
// Strict, as managed or inline policies would be further properties.
const RoleProperties = z.strictObject({
  AssumeRolePolicyDocument: PolicyDocument,
  Description: z.string(),
  MaxSessionDuration: z.number().optional(),
});
const statementsOf = ({ properties }: Found) => Policy.parse(properties).PolicyDocument.Statement;
const owner = (id: string) => id.replace(/\/Role(\/DefaultPolicy)?$/, "");

const described = ({ Action, Resource = [], Condition }: Statement) => {
  const when = Condition
    ? ` when ${Object.values(Condition)
        .flatMap(Object.entries)
        .map(([key, value]) => `${key} is ${read(value)}`)
        .join(", ")}`
    : "";
  return Resource.map((resource) => `${read(resource)}${when}: ${Action.join(", ")}`);
};

const policies = of("AWS::IAM::Policy");
const roles = of("AWS::IAM::Role").map(({ id, properties }) => ({
  id: owner(id),
  ...RoleProperties.parse(properties),
}));

describe("permissions", () => {
  it("are these, and nothing else", () => {
    const ledger = policies.map((policy) =>
      [owner(policy.id), ...statementsOf(policy).flatMap(described).toSorted()].join("\n  "),
    );
    expect(ledger.toSorted().join("\n")).toMatchInlineSnapshot(`
      "Api
        Api/BundleLinks/Role: sts:AssumeRole
        Api/DealFileLinks/Role: sts:AssumeRole
        Api/Log: logs:CreateLogStream, logs:PutLogEvents
        Api/ReportLinks/Role: sts:AssumeRole
        Exports/Bucket/exports/*: s3:DeleteObject
        ExportsQueue/Queue: sqs:SendMessage
        ImportsQueue/Queue: sqs:SendMessage
        MailQueue/Queue: sqs:SendMessage
        Table/index/list: dynamodb:Query
        Table/index/owned: dynamodb:Query
        Table/index/search: dynamodb:Query
        Table/index/updated: dynamodb:Query
        Table: dynamodb:BatchGetItem, dynamodb:Query, dynamodb:PutItem, dynamodb:UpdateItem, dynamodb:DeleteItem
        Uploads/Bucket/deal-files/*: s3:GetObject, s3:PutObject
        Uploads/Bucket/imports/*: s3:PutObject
        Uploads/Bucket/reports/*: s3:GetObject
        Uploads/Bucket: s3:ListBucket
        WebhooksQueue/Queue: sqs:SendMessage
      Api/BundleLinks
        Exports/Bucket/exports/*: s3:GetObject
      Api/DealFileLinks
        Uploads/Bucket/deal-files/*: s3:GetObject
      Api/ReportLinks
        Uploads/Bucket/reports/*: s3:GetObject
      Authorizer
        Authorizer/Log: logs:CreateLogStream, logs:PutLogEvents
        Table: dynamodb:BatchGetItem
      ExportBundle
        ExportBundle/Log: logs:CreateLogStream, logs:PutLogEvents
        Exports/Bucket/exports/*: s3:PutObject, s3:AbortMultipartUpload, s3:DeleteObject
        Exports/Bucket/spool/*: s3:GetObject, s3:PutObject
        Exports/Bucket: s3:ListBucket
        ExportsQueue/Queue: sqs:ReceiveMessage, sqs:DeleteMessage, sqs:GetQueueAttributes
        ExportsQueue/Queue: sqs:SendMessage
        MailQueue/Queue: sqs:SendMessage
        Table: dynamodb:BatchGetItem, dynamodb:Query, dynamodb:PutItem, dynamodb:UpdateItem
        WebhooksQueue/Queue: sqs:SendMessage
      ImportRows
        ImportRows/Log: logs:CreateLogStream, logs:PutLogEvents
        ImportsQueue/Queue: sqs:ReceiveMessage, sqs:DeleteMessage, sqs:GetQueueAttributes
        ImportsQueue/Queue: sqs:SendMessage
        MailQueue/Queue: sqs:SendMessage
        Table: dynamodb:BatchGetItem, dynamodb:Query, dynamodb:PutItem, dynamodb:UpdateItem, dynamodb:DeleteItem, dynamodb:PartiQLInsert
        Uploads/Bucket/imports/*: s3:GetObject, s3:PutObject
        Uploads/Bucket/reports/*: s3:GetObject, s3:PutObject, s3:AbortMultipartUpload
        Uploads/Bucket/work/*: s3:GetObject, s3:PutObject
        Uploads/Bucket: s3:ListBucket
        WebhooksQueue/Queue: sqs:SendMessage
      NoteDownloads
        DownloadsQueue/Queue: sqs:ReceiveMessage, sqs:DeleteMessage, sqs:GetQueueAttributes
        Logs/Bucket/access/*: s3:GetObject
        Logs/Bucket: s3:ListBucket
        NoteDownloads/Log: logs:CreateLogStream, logs:PutLogEvents
        Table: dynamodb:BatchGetItem, dynamodb:PutItem
      OpenImport
        ImportsQueue/Queue: sqs:SendMessage
        MailQueue/Queue: sqs:SendMessage
        OpenImport/Log: logs:CreateLogStream, logs:PutLogEvents
        Table: dynamodb:BatchGetItem, dynamodb:Query, dynamodb:PutItem, dynamodb:UpdateItem
        Uploads/Bucket/imports/*: s3:GetObject, s3:PutObject
        Uploads/Bucket/reports/*: s3:GetObject, s3:PutObject
        Uploads/Bucket/work/*: s3:GetObject, s3:PutObject, s3:AbortMultipartUpload
        Uploads/Bucket: s3:ListBucket
        UploadsQueue/Queue: sqs:ReceiveMessage, sqs:DeleteMessage, sqs:GetQueueAttributes
        WebhooksQueue/Queue: sqs:SendMessage
      SendMail
        MailQueue/Queue: sqs:ReceiveMessage, sqs:DeleteMessage, sqs:GetQueueAttributes
        MailQueue/Queue: sqs:SendMessage
        SendMail/BundleLinks/Role: sts:AssumeRole
        SendMail/Log: logs:CreateLogStream, logs:PutLogEvents
        SendMail/ReportLinks/Role: sts:AssumeRole
        Table: dynamodb:BatchGetItem, dynamodb:PutItem, dynamodb:UpdateItem
        arn:<AWS::Partition>:ses:<AWS::Region>:<AWS::AccountId>:identity/* when ses:FromAddress is ledger@acme.example: ses:SendEmail
      SendMail/BundleLinks
        Exports/Bucket/exports/*: s3:GetObject
      SendMail/ReportLinks
        Uploads/Bucket/reports/*: s3:GetObject
      SendWebhooks
        MailQueue/Queue: sqs:SendMessage
        SendWebhooks/Log: logs:CreateLogStream, logs:PutLogEvents
        Table: dynamodb:BatchGetItem, dynamodb:Query, dynamodb:PutItem, dynamodb:UpdateItem
        WebhooksQueue/Queue: sqs:ReceiveMessage, sqs:DeleteMessage, sqs:GetQueueAttributes
        WebhooksQueue/Queue: sqs:SendMessage"
    `);
  });

  it("are held by these, and nobody else", () => {
    const trust = roles.flatMap(({ id, AssumeRolePolicyDocument }) =>
      AssumeRolePolicyDocument.Statement.map(
        ({ Principal, Action }) =>
          `${id}: ${Action.join()} by ${Object.values(Principal ?? {})
            .map(read)
            .join()}`,
      ),
    );
    expect(trust.toSorted().join("\n")).toMatchInlineSnapshot(`
      "Api/BundleLinks: sts:AssumeRole by Api/Role
      Api/DealFileLinks: sts:AssumeRole by Api/Role
      Api/ReportLinks: sts:AssumeRole by Api/Role
      Api: sts:AssumeRole by lambda.amazonaws.com
      Authorizer: sts:AssumeRole by lambda.amazonaws.com
      ExportBundle: sts:AssumeRole by lambda.amazonaws.com
      ImportRows: sts:AssumeRole by lambda.amazonaws.com
      NoteDownloads: sts:AssumeRole by lambda.amazonaws.com
      OpenImport: sts:AssumeRole by lambda.amazonaws.com
      SendMail/BundleLinks: sts:AssumeRole by SendMail/Role
      SendMail/ReportLinks: sts:AssumeRole by SendMail/Role
      SendMail: sts:AssumeRole by lambda.amazonaws.com
      SendWebhooks: sts:AssumeRole by lambda.amazonaws.com"
    `);
  });

  it("come from one policy for each role and from nowhere else", () => {
    expect(policies.map(({ properties }) => Policy.parse(properties).Roles.length)).toEqual(policies.map(() => 1));
    expect(policies).toHaveLength(roles.length);
    expect(all.filter(({ type }) => type === "AWS::IAM::ManagedPolicy")).toEqual([]);
  });

  it("name every action in full, and none that reads the whole table", () => {
    const actions = policies.flatMap(statementsOf).flatMap(({ Action }) => Action);
    expect(actions.filter((action) => action.includes("*"))).toEqual([]);
    expect(actions).not.toContain("dynamodb:Scan");
    expect(actions).toContain("dynamodb:Query");
  });

  it("name every resource in full but for the objects below these prefixes and the recipients of mail", () => {
    const open = policies.flatMap(statementsOf).flatMap(({ Resource = [] }) => Resource.map(read));
    expect([...new Set(open.filter((resource) => resource.includes("*")))].toSorted()).toEqual([
      "Exports/Bucket/exports/*",
      "Exports/Bucket/spool/*",
      "Logs/Bucket/access/*",
      "Uploads/Bucket/deal-files/*",
      "Uploads/Bucket/imports/*",
      "Uploads/Bucket/reports/*",
      "Uploads/Bucket/work/*",
      // Whoever a mail goes to; a condition on the sender narrows it.
      "arn:<AWS::Partition>:ses:<AWS::Region>:<AWS::AccountId>:identity/*",
    ]);
  });

  it("of queues, buckets and the topic let in no one but AWS services of this account", () => {
    const allowed = all
      .filter(({ type }) => ["AWS::SQS::QueuePolicy", "AWS::S3::BucketPolicy", "AWS::SNS::TopicPolicy"].includes(type))
      .flatMap(statementsOf)
      .filter(({ Effect }) => Effect === "Allow");
    const services = allowed.map(({ Principal, Condition }) => {
      expect(Condition?.["StringEquals"]).toEqual({ "aws:SourceAccount": { Ref: "AWS::AccountId" } });
      return Object.values(Principal ?? {})
        .map(read)
        .join();
    });
    expect(services.toSorted()).toEqual([
      "cloudwatch.amazonaws.com",
      "logging.s3.amazonaws.com",
      // Both queues that objects are announced to.
      "s3.amazonaws.com",
      "s3.amazonaws.com",
    ]);
  });

  it("let S3 write the access log of the export bucket, and of no other", () => {
    const logging = all
      .filter(({ type }) => type === "AWS::S3::BucketPolicy")
      .flatMap(statementsOf)
      .filter(({ Effect }) => Effect === "Allow");
    const told = logging.map(({ Action, Resource = [], Condition }) => ({
      Action,
      Resource: Resource.map(read),
      source: read(Condition?.["ArnLike"]?.["aws:SourceArn"]),
    }));
    expect(told).toEqual([{ Action: ["s3:PutObject"], Resource: ["Logs/Bucket/access/*"], source: "Exports/Bucket" }]);
  });
});

describe.each([
  ["SendMail/BundleLinks", "Exports/Bucket/exports/*"],
  ["SendMail/ReportLinks", "Uploads/Bucket/reports/*"],
  ["Api/BundleLinks", "Exports/Bucket/exports/*"],
  ["Api/ReportLinks", "Uploads/Bucket/reports/*"],
  ["Api/DealFileLinks", "Uploads/Bucket/deal-files/*"],
])("the role %s behind a link", (id, readable) => {
  const [signer = ""] = id.split("/");

  it("can be taken on by its signer alone", () => {
    const link = roles.find((role) => role.id === id);
    expect(
      link?.AssumeRolePolicyDocument.Statement.flatMap(({ Principal }) => Object.values(Principal ?? {}).map(read)),
    ).toEqual([`${signer}/Role`]);
    const takers = policies.filter((policy) =>
      statementsOf(policy).some(
        ({ Action, Resource = [] }) => Action.includes("sts:AssumeRole") && Resource.map(read).includes(`${id}/Role`),
      ),
    );
    expect(takers.map((policy) => owner(policy.id))).toEqual([signer]);
  });

  it("can read what it is for and nothing else", () => {
    const policy = policies.filter((one) => owner(one.id) === id);
    expect(policy.flatMap(statementsOf).flatMap(described)).toEqual([`${readable}: s3:GetObject`]);
  });
});

describe("a function", () => {
  const FunctionProperties = z.object({
    Description: z.string(),
    Runtime: z.string(),
    Architectures: z.array(z.string()),
    Timeout: z.number(),
    MemorySize: z.number(),
    Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }),
  });

  it("runs as described, and its environment tells it nothing more", () => {
    const deployed = of("AWS::Lambda::Function").map(({ properties }) => FunctionProperties.parse(properties));
    const expected = functionNames().map((name) => ({
      Description: functions[name].description,
      Runtime: "nodejs24.x",
      Architectures: ["arm64"],
      Timeout: functions[name].timeoutSeconds,
      MemorySize: functions[name].memoryMb,
      variables: variablesOf(name).map((variable) => ENV[variable]),
    }));
    expect(
      deployed.map(({ Environment: { Variables }, ...rest }) => ({ ...rest, variables: Object.keys(Variables) })),
    ).toEqual(expected);
  });

  it("is in no network of ours, where webhooks could reach what others cannot, and refuses private addresses", () => {
    for (const { id, properties } of of("AWS::Lambda::Function")) {
      expect(properties["VpcConfig"], id).toBeUndefined();
      const { Variables } = FunctionProperties.parse(properties).Environment;
      expect(Variables[ENV.webhookAddresses] ?? "refuse", id).toBe("refuse");
    }
  });
});
