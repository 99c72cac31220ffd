import type { IncomingHttpHeaders } from "node:http";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { apiClient, ApiProblem } from "../../infra/local/api-client.ts";
import { listen, type LocalServer } from "../../infra/local/listen.ts";

describe("a document of the API that lies elsewhere", () => {
  const seen: IncomingHttpHeaders[] = [];
  let bucket: LocalServer;
  let api: LocalServer;

  beforeAll(async () => {
    bucket = await listen(async ({ url, headers }, response) => {
      await Promise.resolve();
      seen.push(headers);
      response.writeHead(url === "/gone" ? 403 : 200).end("email\r\nbroken\r\n");
    });
    api = await listen(async ({ url = "" }, response) => {
      await Promise.resolve();
      response.writeHead(302, { location: `${bucket.url}/${url.split("/").at(-1)}` }).end();
    });
  });
  afterAll(() => Promise.all([api.close(), bucket.close()]));

  const document = (path: string) => apiClient(api.url, "Basic secret").document(path);

  it("is fetched from there, without our credentials", async () => {
    expect(await text(await document("/imports/imp_1/errors.csv"))).toBe("email\r\nbroken\r\n");
    expect(seen.map(({ authorization }) => authorization)).toEqual([undefined]);
  });

  it("is a problem of the API's when it is not to be had there", async () => {
    await expect(document("/gone")).rejects.toThrow(ApiProblem);
  });
});
