import { randomBytes } from "node:crypto";

/** 256 random bits, in characters that need no escaping in a URL or a header. */
export const randomToken = (): string => randomBytes(32).toString("base64url");
