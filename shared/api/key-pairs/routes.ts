import { route } from "../route.ts";

export const keyPairRoutes = [
  route("listKeyPairs", "GET", "/key-pairs", "access:read", "Pairs of keys, newest first, without their secrets"),
  route("createKeyPair", "POST", "/key-pairs", "access:write", "Make a pair of keys, shown this once"),
  route(
    "rotateKeyPair",
    "POST",
    "/key-pairs/{key}/rotation",
    "access:write",
    "Replace a pair of keys, with an overlap",
  ),
  route("revokeKeyPair", "DELETE", "/key-pairs/{key}", "access:write", "Put a pair of keys out of use"),
];
