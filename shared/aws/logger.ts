import { Logger } from "@aws-lambda-powertools/logger";
import type { Log } from "../ports.ts";

/** One line of JSON per event; fields are the caller's, nothing is added that could name a person. */
export function createLog(service: string): Log {
  const logger = new Logger({ serviceName: service });
  return {
    info: (message, fields = {}) => logger.info(message, fields),
    warn: (message, fields = {}) => logger.warn(message, fields),
    error: (message, fields = {}) => logger.error(message, fields),
  };
}
