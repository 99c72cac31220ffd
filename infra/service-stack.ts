import { CfnOutput, Stack, type StackProps } from "aws-cdk-lib";
import type { Code } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { LedgerApi } from "./constructs/http-api.ts";
import { QueueConsumer } from "./constructs/queue-consumer.ts";
import { ServiceFunction } from "./constructs/service-function.ts";
import type { DataStack } from "./data-stack.ts";
import { api, type FunctionName, type QueueName, queues } from "./platform.ts";
import type { Settings } from "./settings.ts";

export interface ServiceStackProps extends StackProps {
  readonly data: DataStack;
  readonly settings: Settings;
  readonly code: (name: FunctionName) => Code;
}

/** What may be torn down any time: the functions, what wakes them, and their permissions. */
export class ServiceStack extends Stack {
  constructor(scope: Construct, id: string, { data, settings, code, ...props }: ServiceStackProps) {
    super(scope, id, props);

    const create = (name: FunctionName, at: string): ServiceFunction =>
      new ServiceFunction(this, at, { name, code: code(name), data, settings });
    const functions: Readonly<Record<FunctionName, ServiceFunction>> = {
      api: create("api", "Api"),
      authorizer: create("authorizer", "Authorizer"),
      "open-import": create("open-import", "OpenImport"),
      "import-rows": create("import-rows", "ImportRows"),
      "export-bundle": create("export-bundle", "ExportBundle"),
      "send-mail": create("send-mail", "SendMail"),
      "note-downloads": create("note-downloads", "NoteDownloads"),
      "send-webhooks": create("send-webhooks", "SendWebhooks"),
    };

    const consume = (name: QueueName, at: string): QueueConsumer =>
      new QueueConsumer(this, at, { name, queue: data.queues[name], consumer: functions[queues[name].consumer] });
    consume("uploads", "Uploads");
    consume("imports", "Imports");
    consume("exports", "Exports");
    consume("mail", "Mail");
    consume("downloads", "Downloads");
    consume("webhooks", "Webhooks");

    const { endpoint } = new LedgerApi(this, "Http", {
      answers: functions[api.function].function,
      authorizes: functions[api.authorizer].function,
      logDays: settings.logDays,
      alarms: data.alarms,
    });
    new CfnOutput(this, "BaseUrl", { value: endpoint.replace(/\/$/, "") + api.base });
  }
}
