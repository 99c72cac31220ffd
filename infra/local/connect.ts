import { API_BASE } from "../../shared/names.ts";
import { type ApiClient, apiClient, basic } from "./api-client.ts";
import { type LocalEndpoints, localEndpoints } from "./local-endpoints.ts";
import { StartProblem } from "./start-problem.ts";

/** The options of a command that say which platform it speaks to, and as whom. */
export const CONNECT_OPTIONS = {
  program: { type: "string" },
  api: { type: "string" },
  key: { type: "string" },
  token: { type: "string" },
} as const;

export const CONNECT_HELP = `  --api               address of the API; without it, that of the platform running on this machine
  --key               <public key>:<secret key> of the program
  --token             a teammate's token, instead of --key
  --help              this text`;

export type ConnectValues = { readonly [Name in keyof typeof CONNECT_OPTIONS]?: string };

/** A platform that a command speaks to. */
export interface Connection extends ApiClient {
  /** Undefined unless it is the one on this machine. */
  readonly local: LocalEndpoints | undefined;
}

/** The platform that the options name, or the one on this machine; throws a {@link StartProblem} when they name none. */
export async function connect({ api, key, token, program }: ConnectValues): Promise<Connection> {
  if (key !== undefined && token !== undefined) throw new StartProblem("--key or --token, not both");
  const given = token === undefined ? keyPair(key) : `Bearer ${token}`;
  if (api !== undefined) {
    if (given === undefined) throw new StartProblem("--api needs --key <public key>:<secret key> or --token");
    if (!/^https?:\/\//.test(api) || !URL.canParse(api))
      throw new StartProblem(`--api is "${api}": it has to be an address such as https://api.example.com`);
    const address = api.replace(/\/+$/, "").replace(new RegExp(`${API_BASE}$`), "");
    return { ...apiClient(address, given), local: undefined };
  }
  const local = await localEndpoints();
  const keys = [local.program, local.otherProgram].find((one) => one.key === (program ?? local.program.key));
  if (given === undefined && keys === undefined)
    throw new StartProblem(
      `The platform on this machine has no program "${program ?? ""}", but ${local.program.key} and ${local.otherProgram.key}.`,
    );
  return { ...apiClient(local.api, given ?? basic(keys?.publicKey ?? "", keys?.secretKey ?? "")), local };
}

function keyPair(key: string | undefined): string | undefined {
  if (key === undefined) return undefined;
  const [, publicKey, secretKey] = /^([^:]+):(.+)$/.exec(key) ?? [];
  if (publicKey === undefined || secretKey === undefined)
    throw new StartProblem("--key has to be <public key>:<secret key>");
  return basic(publicKey, secretKey);
}
