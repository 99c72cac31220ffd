import { auditLogRoutes } from "./audit-log/routes.ts";
import { customerRoutes } from "./customers/routes.ts";
import type { ApiDependencies } from "./dependencies.ts";
import { descriptionRoutes } from "./description/routes.ts";
import type { Answer } from "./envelope.ts";
import { exportRoutes } from "./exports/routes.ts";
import { importRoutes } from "./imports/routes.ts";
import { rateRoutes } from "./rates/routes.ts";
import type { ApiRequest, OpenRequest } from "./request.ts";
import { rewardRoutes } from "./rewards/routes.ts";
import type { Route } from "./route.ts";
import { dealRoutes } from "./deals/routes.ts";
import { formRoutes } from "./forms/routes.ts";
import { applicationRoutes } from "./applications/routes.ts";
import { groupRoutes } from "./groups/routes.ts";
import { leadRoutes } from "./leads/routes.ts";
import { linkRoutes } from "./links/routes.ts";
import { partnerRoutes } from "./partners/routes.ts";
import { programRoutes } from "./program/routes.ts";
import { partnershipRoutes } from "./partnerships/routes.ts";
import { tierRoutes } from "./tiers/routes.ts";
import { distiRoutes } from "./disti/routes.ts";
import { productRoutes } from "./products/routes.ts";
import { reportRoutes } from "./reports/routes.ts";
import { keyPairRoutes } from "./key-pairs/routes.ts";
import { meRoutes } from "./me/routes.ts";
import { signInRoutes } from "./sign-in/routes.ts";
import { teammateRoutes } from "./teammates/routes.ts";
import { tokenRoutes } from "./tokens/routes.ts";
import { transactionRoutes } from "./transactions/routes.ts";
import { triggerRoutes } from "./triggers/routes.ts";
import { webhookRoutes } from "./webhooks/routes.ts";

type Operation<Request> = (request: Request) => Promise<Answer>;
type Resource<Request> = (dependencies: ApiDependencies) => [id: string, Operation<Request>][];

/** What some routes do, which is loaded when one of them is called: a cold start waits for no other resource. */
const loaded =
  <Request>(
    routes: readonly Route[],
    load: (dependencies: ApiDependencies) => Promise<Readonly<Record<string, Operation<Request>>>>,
  ): Resource<Request> =>
  (dependencies) => {
    let operations: Promise<ReadonlyMap<string, Operation<Request>>> | undefined;
    return routes.map(({ id }) => [
      id,
      async (request) => {
        operations ??= load(dependencies).then((all) => new Map(Object.entries(all)));
        const operation = (await operations).get(id);
        if (operation === undefined) throw new Error(`there is no operation ${id}`);
        return operation(request);
      },
    ]);
  };

const resources: readonly Resource<ApiRequest>[] = [
  loaded(partnershipRoutes, async (all) => (await import("./partnerships/operations.ts")).partnershipOperations(all)),
  loaded(applicationRoutes, async (all) => (await import("./applications/operations.ts")).applicationOperations(all)),
  loaded(groupRoutes, async (all) => (await import("./groups/operations.ts")).groupOperations(all)),
  loaded(tierRoutes, async (all) => (await import("./tiers/operations.ts")).tierOperations(all)),
  loaded(productRoutes, async (all) => (await import("./products/operations.ts")).productOperations(all)),
  loaded(distiRoutes, async (all) => (await import("./disti/operations.ts")).distiOperations(all)),
  loaded(linkRoutes, async (all) => (await import("./links/operations.ts")).linkOperations(all)),
  loaded(partnerRoutes, async (all) => (await import("./partners/operations.ts")).partnerOperations(all)),
  loaded(programRoutes, async (all) => (await import("./program/operations.ts")).programOperations(all)),
  loaded(customerRoutes, async (all) => (await import("./customers/operations.ts")).customerOperations(all)),
  loaded(leadRoutes, async (all) => (await import("./leads/operations.ts")).leadOperations(all)),
  loaded(dealRoutes, async (all) => (await import("./deals/operations.ts")).dealOperations(all)),
  loaded(formRoutes, async (all) => (await import("./forms/operations.ts")).formOperations(all)),
  loaded(transactionRoutes, async (all) => (await import("./transactions/operations.ts")).transactionOperations(all)),
  loaded(rewardRoutes, async (all) => (await import("./rewards/operations.ts")).rewardOperations(all)),
  loaded(rateRoutes, async (all) => (await import("./rates/operations.ts")).rateOperations(all)),
  loaded(importRoutes, async (all) => (await import("./imports/operations.ts")).importOperations(all)),
  loaded(triggerRoutes, async (all) => (await import("./triggers/operations.ts")).triggerOperations(all)),
  loaded(exportRoutes, async (all) => (await import("./exports/operations.ts")).exportOperations(all)),
  loaded(reportRoutes, async (all) => (await import("./reports/operations.ts")).reportOperations(all)),
  loaded(webhookRoutes, async (all) => (await import("./webhooks/operations.ts")).webhookOperations(all)),
  loaded(auditLogRoutes, async (all) => (await import("./audit-log/operations.ts")).auditLogOperations(all)),
  loaded(keyPairRoutes, async (all) => (await import("./key-pairs/operations.ts")).keyPairOperations(all)),
  loaded(tokenRoutes, async (all) => (await import("./tokens/operations.ts")).tokenOperations(all)),
  loaded(teammateRoutes, async (all) => (await import("./teammates/operations.ts")).teammateOperations(all)),
  loaded(meRoutes, async (all) => (await import("./me/operations.ts")).meOperations(all)),
];

const openResources: readonly Resource<OpenRequest>[] = [
  loaded(descriptionRoutes, async () => (await import("./description/operations.ts")).descriptionOperations),
  loaded(signInRoutes, async (all) => (await import("./sign-in/operations.ts")).signInOperations(all)),
];

/** What each route does that asks who calls, by its id. */
export const operations = (dependencies: ApiDependencies): ReadonlyMap<string, Operation<ApiRequest>> =>
  new Map(resources.flatMap((resource) => resource(dependencies)));

/** What each route does that anybody may call, by its id. */
export const openOperations = (dependencies: ApiDependencies): ReadonlyMap<string, Operation<OpenRequest>> =>
  new Map(openResources.flatMap((resource) => resource(dependencies)));
