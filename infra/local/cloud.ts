import { join } from "node:path";
import { createClock } from "./clock.ts";
import type { LocalClock } from "./clock.ts";
import { type FunctionPids, startControl } from "./control-server.ts";
import { createCredentials } from "./credentials.ts";
import type { Role } from "./credentials.ts";
import type { LocalServer } from "./listen.ts";
import { startS3 } from "./s3-server.ts";
import { startSes } from "./ses-server.ts";
import { startSqs } from "./sqs-server.ts";
import { startSts } from "./sts-server.ts";

/** What the local cloud needs. */
export interface CloudOptions {
  readonly dataDir: string;
  /** Fixed ports; the others are free ones. */
  readonly ports?: { readonly [Service in "s3" | "sqs" | "ses" | "sts" | "control"]?: number };
  readonly clock?: LocalClock;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
  readonly roles: Readonly<Record<string, Role>>;
  readonly verifiedSenders: readonly string[];
  /** Told by the control server, where functions run beside the cloud. */
  readonly functions?: () => FunctionPids;
}

/** The running local cloud. */
export interface Cloud {
  readonly clock: LocalClock;
  readonly endpoints: {
    readonly s3: string;
    readonly sqs: string;
    readonly ses: string;
    readonly sts: string;
    readonly control: string;
    /** Every mail sent, as JSON. */
    readonly mailbox: string;
  };
  close(): Promise<void>;
}

/** Starts S3, SQS, SES and STS on loopback, with one clock and one set of credentials. */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const { dataDir, ports = {}, clock = createClock(), region, roles, verifiedSenders } = options;
  const { functions = () => ({}) } = options;
  const credentials = createCredentials(options);
  const common = { clock, region, credentials: credentials.lookup };
  await using started = new AsyncDisposableStack();
  const keep = async <Server extends LocalServer>(starting: Promise<Server>): Promise<Server> => {
    const server = await starting;
    started.defer(() => server.close());
    return server;
  };

  const sqs = await keep(startSqs({ ...common, ...on(ports.sqs), dataDir: join(dataDir, "sqs") }));
  const notify = sqs.sendRaw;
  const s3 = await keep(startS3({ ...common, ...on(ports.s3), dataDir: join(dataDir, "s3"), notify }));
  const ses = await keep(startSes({ clock, verifiedSenders, ...on(ports.ses), dataDir: join(dataDir, "ses") }));
  const sts = await keep(startSts({ clock, credentials, roles, ...on(ports.sts) }));
  const control = await keep(startControl({ clock, functions, ...on(ports.control) }));
  // From here on the servers outlive this call; a failure above has closed those that ran.
  const running = started.move();
  return {
    clock,
    endpoints: {
      s3: s3.url,
      sqs: sqs.url,
      ses: ses.url,
      sts: sts.url,
      control: control.url,
      mailbox: `${ses.url}/mailbox`,
    },
    close: () => running.disposeAsync(),
  };
}

function on(port: number | undefined): { port?: number } {
  return port === undefined ? {} : { port };
}
