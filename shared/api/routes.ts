import { API_BASE, API_BASE_OF_DEALS, API_BASE_OF_DISTI, API_BASE_SHORT } from "../names.ts";
import { customerRoutes } from "./customers/routes.ts";
import { dealRoutes } from "./deals/routes.ts";
import { auditLogRoutes } from "./audit-log/routes.ts";
import { descriptionRoutes } from "./description/routes.ts";
import { exportRoutes } from "./exports/routes.ts";
import { formRoutes } from "./forms/routes.ts";
import { importRoutes } from "./imports/routes.ts";
import { rateRoutes } from "./rates/routes.ts";
import { rewardRoutes } from "./rewards/routes.ts";
import { transactionRoutes } from "./transactions/routes.ts";
import { keyPairRoutes } from "./key-pairs/routes.ts";
import { meRoutes } from "./me/routes.ts";
import { leadRoutes } from "./leads/routes.ts";
import { applicationRoutes } from "./applications/routes.ts";
import { groupRoutes } from "./groups/routes.ts";
import { linkRoutes } from "./links/routes.ts";
import { partnershipRoutes } from "./partnerships/routes.ts";
import { tierRoutes } from "./tiers/routes.ts";
import { distiRoutes } from "./disti/routes.ts";
import { productRoutes } from "./products/routes.ts";
import { reportRoutes } from "./reports/routes.ts";
import { partnerRoutes } from "./partners/routes.ts";
import { programRoutes } from "./program/routes.ts";
import type { Method, Route } from "./route.ts";
import { signInRoutes } from "./sign-in/routes.ts";
import { teammateRoutes } from "./teammates/routes.ts";
import { tokenRoutes } from "./tokens/routes.ts";
import { triggerRoutes } from "./triggers/routes.ts";
import { webhookRoutes } from "./webhooks/routes.ts";

/** Every route of the API, as data: API Gateway, the router, OpenAPI and the local front all read this table. */
export const routes = [
  ...partnershipRoutes,
  ...applicationRoutes,
  ...groupRoutes,
  ...tierRoutes,
  ...productRoutes,
  ...distiRoutes,
  ...linkRoutes,
  ...customerRoutes,
  ...leadRoutes,
  ...dealRoutes,
  ...formRoutes,
  ...transactionRoutes,
  ...rewardRoutes,
  ...rateRoutes,
  ...importRoutes,
  ...triggerRoutes,
  ...exportRoutes,
  ...reportRoutes,
  ...webhookRoutes,
  ...auditLogRoutes,
  ...keyPairRoutes,
  ...tokenRoutes,
  ...teammateRoutes,
  ...meRoutes,
  ...signInRoutes,
  ...partnerRoutes,
  ...programRoutes,
  ...descriptionRoutes,
] as const;

export type AnyRoute = (typeof routes)[number];
export type RouteId = AnyRoute["id"];

/** A route of the gateway: many of the API's behind one authorizer, or one that anybody may call. */
export interface GatewayRoute {
  readonly method: Method | "ANY";
  readonly path: string;
  readonly authorized: boolean;
}

const below = (base: string): GatewayRoute => ({ method: "ANY", path: `${base}/{proxy+}`, authorized: true });

/**
 * What the gateway lets through, most exact first. It knows no more of the API than who may call at all: so whatever is
 * not there is told by us, in the words of the API, and the number of its routes is bounded.
 */
export const gatewayRoutes: readonly GatewayRoute[] = [
  ...routes
    .filter((one: Route) => one.needs === "nothing")
    .map(({ method, path }): GatewayRoute => ({ method, path, authorized: false })),
  below(API_BASE),
  below(API_BASE_SHORT),
  below(API_BASE_OF_DEALS),
  below(API_BASE_OF_DISTI),
];

/** A path as the table of routes has it, by whichever of the names of its base it was called. */
export function canonicalPath(path: string): string {
  const whole = path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
  if (whole.startsWith(`${API_BASE_SHORT}/`)) return `${API_BASE}${whole.slice(API_BASE_SHORT.length)}`;
  if (whole.startsWith(`${API_BASE_OF_DEALS}/`)) return `${API_BASE}/deals${whole.slice(API_BASE_OF_DEALS.length)}`;
  if (whole.startsWith(`${API_BASE_OF_DISTI}/`)) return `${API_BASE}/disti${whole.slice(API_BASE_OF_DISTI.length)}`;
  return whole;
}
