import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";

/** A server on loopback, ready to answer. */
export interface LocalServer {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Serves the handler on 127.0.0.1, on a free port unless one is named. */
export async function listen(handler: Handler, port = 0): Promise<LocalServer> {
  const server = createServer((request, response) => {
    handler(request, response).catch(() => response.destroy());
  });
  // Clients reuse connections: a short idle limit closes them just as a request is under way.
  server.keepAliveTimeout = 600_000;
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The port itself when it is free, or a free one for 0; throws when it is taken. */
export async function freePort(port: number): Promise<number> {
  const server = await listen(async () => undefined, port);
  await server.close();
  return server.port;
}
