import { Duration, RemovalPolicy, Stack, Validations } from "aws-cdk-lib";
import {
  HttpApi,
  HttpMethod,
  HttpNoneAuthorizer,
  HttpStage,
  LogGroupLogDestination,
} from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaAuthorizer, HttpLambdaResponseType } from "aws-cdk-lib/aws-apigatewayv2-authorizers";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { AccessLogFormat } from "aws-cdk-lib/aws-apigateway";
import { Alarm, ComparisonOperator, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { LogGroup, type RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { gatewayRoutes } from "../../shared/api/routes.ts";
import { AUTHORIZER_CACHE_SECONDS } from "../../shared/names.ts";
import type { Alarms } from "./alarms.ts";

export interface LedgerApiProps {
  readonly answers: IFunction;
  readonly authorizes: IFunction;
  readonly logDays: RetentionDays;
  readonly alarms: Alarms;
}

/** What an access log line says: what came of a request, and nothing about who called or what they asked for. */
const ACCESS_LOG_FIELDS = {
  time: "$context.requestTime",
  requestId: "$context.requestId",
  // The gateway's route, not the path called, which holds keys; the function's log says which of the API's it was.
  route: "$context.routeKey",
  status: "$context.status",
  milliseconds: "$context.responseLatency",
  bytes: "$context.responseLength",
  authorizerError: "$context.authorizer.error",
  integrationError: "$context.integrationErrorMessage",
} as const;

/** The HTTPS API: all of it behind the same authorizer but for what anybody may call, and answered by the same function. */
export class LedgerApi extends Construct {
  readonly endpoint: string;

  constructor(scope: Construct, id: string, { answers, authorizes, logDays, alarms }: LedgerApiProps) {
    super(scope, id);

    const httpApi = new HttpApi(this, "Api", {
      apiName: Stack.of(this).stackName,
      createDefaultStage: false,
      defaultAuthorizer: new HttpLambdaAuthorizer("Authorizer", authorizes, {
        responseTypes: [HttpLambdaResponseType.SIMPLE],
        identitySource: ["$request.header.Authorization"],
        // Saves a call per request.
        resultsCacheTtl: Duration.seconds(AUTHORIZER_CACHE_SECONDS),
      }),
    });

    // One permission for the whole API, as one for each route would outgrow the function's policy (20 KB).
    const integration = new HttpLambdaIntegration("Answers", answers, { scopePermissionToRoute: false });
    for (const { method, path, authorized } of gatewayRoutes) {
      const open = authorized ? {} : { authorizer: new HttpNoneAuthorizer() };
      const added = httpApi.addRoutes({ path, methods: [HttpMethod[method]], integration, ...open });
      if (authorized) continue;
      for (const one of added) {
        Validations.of(one).acknowledge({
          id: "AwsSolutions-APIG4",
          reason: "Anybody may call it: it shows no record, or is how somebody gets a credential in the first place.",
        });
      }
    }

    const log = new LogGroup(this, "AccessLog", { retention: logDays, removalPolicy: RemovalPolicy.DESTROY });
    const stage = new HttpStage(this, "Stage", {
      httpApi,
      autoDeploy: true,
      // Far more than one company's clients send, and few enough that a runaway one leaves the account, which may run
      // 1,000 functions at once, room to import.
      throttle: { rateLimit: 100, burstLimit: 200 },
      accessLogSettings: {
        destination: new LogGroupLogDestination(log),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG_FIELDS)),
      },
    });
    this.endpoint = stage.url;

    // A single one may be a client that hung up or a moment's trouble, which clients retry.
    alarms.add(
      new Alarm(this, "ServerErrorsAlarm", {
        alarmDescription:
          "The API answered at least five requests of the last five minutes with a server error, so clients and " +
          "connectors see failures. Find the requests in the API's access log (status 5xx), then read the api log, or " +
          "the authorizer log where authorizerError is set.",
        metric: stage.metricServerError({ period: Duration.minutes(5), statistic: "sum" }),
        threshold: 5,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        evaluationPeriods: 1,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      }),
    );
  }
}
