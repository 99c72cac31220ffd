import { App, Validations } from "aws-cdk-lib";
import { Code } from "aws-cdk-lib/aws-lambda";
import { AwsSolutionsChecks } from "cdk-nag";
import { buildFunctions } from "./build.ts";
import { DataStack } from "./data-stack.ts";
import { ServiceStack } from "./service-stack.ts";
import { readSettings } from "./settings.ts";

const app = new App();
const settings = readSettings((name) => app.node.tryGetContext(name));
const folderOf = await buildFunctions();

const data = new DataStack(app, "Data", { stackName: `partner-ledger-${settings.stage}-data`, settings });
new ServiceStack(app, "Service", {
  stackName: `partner-ledger-${settings.stage}-service`,
  data,
  settings,
  code: (name) => Code.fromAsset(folderOf(name)),
});

// A finding that no acknowledgement explains fails the synthesis.
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
