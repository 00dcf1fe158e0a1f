/**
 * Where the sites of sites.mjs read: the sim with a database of rows, as Notion was for loaders of today and by way of the Worker in
 * workerd, which has copied that database into a Redis of its own.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { createServer, request, Agent } from "node:http";
import { join } from "node:path";
import { startRedis } from "../local/parts.mjs";
import { anyPort } from "../local/ports.mjs";
import { workerAt } from "../local/worker.mjs";
import { deployed } from "./contestants.mjs";
import { start } from "./measure.mjs";
import { startOldNotion } from "./sites-notion.mjs";
import { startWorkerd } from "./workerd.mjs";

/** @typedef {Awaited<ReturnType<typeof startSource>>} Source */

const TOKEN = "bench";
/** Pages of a chapter of a generated workspace, and how many of them are rows of its register. */
const [CHAPTER, ROWS] = [64, 16];
/** Requests a minute, as Notion allows. */
export const RATE = 180;
/** More runs than anything here ever takes. */
const RUNS = 40;

/** @param {{ folder: string, pages: number }} options `folder` for everything that is kept, `pages` rows at least */
export async function startSource({ folder, pages }) {
  const port = await anyPort();
  const sim = `http://127.0.0.1:${port}`;
  let simulated = await startSim(0);
  const { id: dataSource, parent } = await register(sim);
  const database = parent.database_id;
  const notion = await startOldNotion({ sim, database, source: dataSource });
  const redis = await startRedis({ data: join(folder, "redis"), logs: folder });
  const args = ["--redis", redis.address, "--listen", "127.0.0.1:0"];
  const env = { GATEWAY_TOKENS: TOKEN };
  const gateway = await start(deployed("redis-gateway"), args, { env, ready: /listening on (\S+)/ });
  let workerd = await startWorker();
  const counter = await startCounter(() => workerd.found);
  await copyUntil(async () => (await workerAt(workerd.found).status()).state === "complete");
  const copied = { requests: await requestsTo(sim) };
  /** Those that are not edited yet. Notion's times are minutes, and a loader that goes by them sees one edit in each. */
  const unedited = await paths(100);
  let edited = "";

  return {
    database,
    dataSource,
    notion,
    copied,
    paths,
    worker: {
      /** Where what is asked is counted. */
      url: () => counter.url,
      asked: counter.asked,
      direct: () => workerd.found,
    },
    /** Begins with a minute in which nothing was asked yet, and a Worker that has nothing in memory. @param {{ isLimited: boolean }} options */
    async restart({ isLimited }) {
      await Promise.all([simulated.stop(), workerd.stop()]);
      simulated = await startSim(isLimited ? RATE : 0);
      workerd = await startWorker();
    },
    /** Writes something at the end of a page, another one each time; the sim forgets it with its end. @param {string} words */
    async edit(words) {
      edited = unedited.pop()?.id ?? "";
      const body = JSON.stringify({ type: "append_paragraph", parent: edited, text: words });
      const answer = await fetch(`${sim}/_sim/changes`, { method: "POST", body });
      if (!answer.ok) throw new Error(`the sim refused the edit: ${await answer.text()}`);
    },
    /** Runs the Worker until it has the edit. @param {string} words */
    async copyEdit(words) {
      await copyUntil(async () =>
        (await (await fetch(`${workerd.found}/v1/pages/${edited}.md`)).text()).includes(words),
      );
    },
    async stop() {
      notion.stop();
      counter.stop();
      for (const it of [workerd, gateway, simulated, redis]) await it.stop();
    },
  };

  /** @param {number} rate */
  function startSim(rate) {
    const args = ["--port", port, "--pages", CHAPTER * Math.ceil(pages / ROWS), "--without-demo", "--rate", rate];
    return start(deployed("notion-sim"), args.map(String), { ready: /listening on (\S+)/ });
  }

  function startWorker() {
    const vars = {
      ...{ ACCESS: "public", ROOTS: database, RATE_LIMIT: "100000" },
      ...{ NOTION_TOKEN: "ntn_demo", NOTION_BASE_URL: sim },
      ...{ UPSTASH_REDIS_REST_URL: gateway.found, UPSTASH_REDIS_REST_TOKEN: TOKEN },
    };
    return startWorkerd({ folder, vars });
  }

  /** @param {() => Promise<boolean>} isDone */
  async function copyUntil(isDone) {
    for (let runs = 0; !(await isDone()); runs += 1) {
      if (runs === RUNS) throw new Error(`the Worker has not copied everything in ${RUNS} runs`);
      await workerAt(workerd.found).scheduled();
      await sleep(100);
    }
  }

  /** Rows as the Worker has them. @param {number} limit @returns {Promise<{ id: string, path: string, title: string }[]>} */
  async function paths(limit) {
    const answer = await fetch(`${workerd.found}/v1/pages?data_source_id=${dataSource}&limit=${limit}`);
    return /** @type {any} */ (await answer.json()).results;
  }
}

/** The database that has a fourth of all pages. @param {string} sim */
async function register(sim) {
  const headers = {
    authorization: "Bearer ntn_demo",
    "notion-version": "2026-03-11",
    "content-type": "application/json",
  };
  const body = JSON.stringify({ query: "Register", filter: { property: "object", value: "data_source" } });
  const answer = await fetch(`${sim}/v1/search`, { method: "POST", headers, body });
  const { results } = /** @type {{ results: { id: string, parent: { database_id: string } }[] }} */ (
    await answer.json()
  );
  if (results[0] === undefined) throw new Error("the sim has no register");
  return results[0];
}

/** @param {string} sim */
async function requestsTo(sim) {
  const response = await fetch(`${sim}/_sim/counters`);
  return /** @type {{ total: number }} */ (await response.json()).total;
}

/** Passes everything on to the Worker, and counts it. @param {() => string} worker */
async function startCounter(worker) {
  const agent = new Agent({ keepAlive: true });
  let asked = 0;
  const server = createServer((incoming, outgoing) => {
    asked += 1;
    const { method, headers } = incoming;
    const passed = request(new URL(incoming.url ?? "", worker()), { agent, method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    passed.on("error", () => outgoing.destroy());
    incoming.pipe(passed);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${port}`,
    asked: () => asked,
    stop() {
      agent.destroy();
      server.closeAllConnections();
      server.close();
    },
  };
}
