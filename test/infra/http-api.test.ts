import { describe, expect, it } from "vitest";
import * as z from "zod";
import { gatewayRoutes, routes } from "../../shared/api/routes.ts";
import { synthesized } from "./synthesized.ts";

const { of, read } = synthesized();

describe("the HTTPS API", () => {
  it("has every route of the table and no other, each behind the authorizer but for what anybody may call", () => {
    const RouteProperties = z.object({
      RouteKey: z.string(),
      AuthorizationType: z.string(),
      AuthorizerId: z.unknown().optional(),
    });
    const deployed = of("AWS::ApiGatewayV2::Route").map(({ properties }) => RouteProperties.parse(properties));
    const told = deployed.map(({ RouteKey, AuthorizationType, AuthorizerId = "" }) =>
      [RouteKey, AuthorizationType, AuthorizerId === "" ? "nobody" : read(AuthorizerId)].join(" "),
    );
    const expected = gatewayRoutes.map(
      ({ method, path, authorized }) =>
        `${method} ${path} ${authorized ? "CUSTOM Http/Api/Authorizer" : "NONE nobody"}`,
    );
    expect(told.toSorted()).toEqual(expected.toSorted());
    const open = routes
      .filter(({ needs }) => needs === "nothing")
      .map(({ method, path }) => `${method} ${path} NONE nobody`);
    expect(told.filter((one) => one.endsWith("nobody")).toSorted()).toEqual(open.toSorted());
  });

  it("asks its authorizer once in a minute for each Authorization header", () => {
    expect(of("AWS::ApiGatewayV2::Authorizer").map(({ properties }) => properties)).toMatchObject([
      {
        AuthorizerPayloadFormatVersion: "2.0",
        AuthorizerResultTtlInSeconds: 60,
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
