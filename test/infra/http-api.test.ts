import { describe, expect, it } from "vitest";
import * as z from "zod";
import { routes } from "../../shared/api/routes.ts";
import { synthesized } from "./synthesized.ts";

const { of, read } = synthesized();

describe("the HTTPS API", () => {
  it("has every route of the table and no other, each behind the authorizer", () => {
    const RouteProperties = z.object({
      RouteKey: z.string(),
      AuthorizationType: z.string(),
      AuthorizerId: z.unknown(),
    });
    const deployed = of("AWS::ApiGatewayV2::Route").map(({ properties }) => RouteProperties.parse(properties));
    expect(deployed.map(({ RouteKey }) => RouteKey).toSorted()).toEqual(
      routes.map(({ method, path }) => `${method} ${path}`).toSorted(),
    );
    for (const { AuthorizationType, AuthorizerId } of deployed) {
      expect([AuthorizationType, read(AuthorizerId)]).toEqual(["CUSTOM", "Http/Api/Authorizer"]);
    }
  });

  it("asks its authorizer once in five minutes for each Authorization header", () => {
    expect(of("AWS::ApiGatewayV2::Authorizer").map(({ properties }) => properties)).toMatchObject([
      {
        AuthorizerPayloadFormatVersion: "2.0",
        AuthorizerResultTtlInSeconds: 300,
        EnableSimpleResponses: true,
        IdentitySource: ["$request.header.Authorization"],
      },
    ]);
  });

  it("answers every route by one function, and slows a client down before it takes all capacity", () => {
    expect(of("AWS::ApiGatewayV2::Integration").map(({ properties }) => read(properties["IntegrationUri"]))).toEqual([
      "Api/Function",
    ]);
    expect(of("AWS::ApiGatewayV2::Stage").map(({ properties }) => properties["DefaultRouteSettings"])).toEqual([
      { ThrottlingBurstLimit: 200, ThrottlingRateLimit: 100 },
    ]);
  });

  it("logs no address, no agent, no key and no query", () => {
    const Logged = z.object({ AccessLogSettings: z.object({ Format: z.string() }) });
    const [format] = of("AWS::ApiGatewayV2::Stage").map(
      ({ properties }) => Logged.parse(properties).AccessLogSettings.Format,
    );
    expect(format).toContain("$context.requestId");
    expect(format).not.toMatch(/identity|sourceIp|userAgent|\.path|query|authorizer\.(?!error)|header/i);
  });
});
