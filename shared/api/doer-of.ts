import type { ProgramDoer } from "../access/audited.ts";
import type { ApiRequest } from "./request.ts";

/** Who asks, as the audit log tells it. */
export const doerOf = ({ principal: { program, kind, id }, remoteIp }: ApiRequest): ProgramDoer => ({
  program,
  kind,
  id,
  remoteIp,
});
