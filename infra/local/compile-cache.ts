import { fileURLToPath } from "node:url";

/**
 * Where Node keeps compiled modules: the SDK's alone take half a second to compile, in each of the platform's processes.
 * Beside the packages it was compiled from, so that it goes with them.
 */
export const COMPILE_CACHE = fileURLToPath(new URL("../../node_modules/.cache/compiled", import.meta.url));
