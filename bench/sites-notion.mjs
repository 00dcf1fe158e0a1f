/**
 * Notion as its API was before 2025-09-03, over the sim, which knows the newer versions only: a database is what is queried, and has
 * the properties. The loader that sites are compared with asks for no other. Addresses and shapes are translated here, one request
 * for one, so that limits and counts are the sim's; pictures become external ones, which that loader leaves where they are.
 */
import { Agent, createServer, request } from "node:http";

/** The oldest version that the sim has. */
const VERSION = "2025-09-03";
const TOO_MANY = 429;

/** What is translated. @typedef {{ sim: string, database: string, source: string }} Options `source` is the only one of the database */

/** @param {Options} options */
export async function startOldNotion({ sim, database, source }) {
  const agent = new Agent({ keepAlive: true });
  const seen = { requests: 0, refused: 0 };
  const server = createServer((incoming, outgoing) => {
    const path = (incoming.url ?? "").replace(`/v1/databases/${database}`, `/v1/data_sources/${source}`);
    const { host, "content-length": _, ...headers } = incoming.headers;
    const { method } = incoming;
    const passed = request(new URL(path, sim), {
      ...{ agent, method },
      headers: { ...headers, "notion-version": VERSION, "accept-encoding": "identity" },
    });
    passed.on("error", () => outgoing.destroy());
    passed.on("response", async (answer) => {
      seen.requests += 1;
      if (answer.statusCode === TOO_MANY) seen.refused += 1;
      const parts = [];
      for await (const part of answer) parts.push(part);
      const text = JSON.stringify(older(JSON.parse(Buffer.concat(parts).toString()), database));
      const { "content-length": _, "transfer-encoding": __, ...kept } = answer.headers;
      outgoing.writeHead(answer.statusCode ?? 502, { ...kept, "content-length": Buffer.byteLength(text) });
      outgoing.end(text);
    });
    incoming.pipe(passed);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${port}`,
    /** What it was asked since the last time, and how much of that the limit refused. */
    take() {
      const taken = { ...seen };
      Object.assign(seen, { requests: 0, refused: 0 });
      return taken;
    },
    stop() {
      agent.destroy();
      server.closeAllConnections();
      server.close();
    },
  };
}

/** An answer as it was. @param {any} body @param {string} database */
function older(body, database) {
  if (body.object === "list")
    return { ...body, results: body.results.map((/** @type {any} */ it) => older(it, database)) };
  if (body.object === "data_source") return { ...body, object: "database", id: database };
  if (body.object === "page" && body.parent?.type === "data_source_id")
    return { ...body, parent: { type: "database_id", database_id: database } };
  if (body.object === "block" && body.type === "image" && body.image.type === "file") {
    const { file, ...image } = body.image;
    return { ...body, image: { ...image, type: "external", external: { url: file.url } } };
  }
  return body;
}
