/**
 * Who exports in engine.mjs: the Worker in workerd, which asks Redis through the gateway, and a plain exporter in Node.
 * Each begins with an empty Redis of its own and a process of its own, which has started and loaded its code when time begins.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Redis } from "ioredis";
import { launch, tail } from "../local/launch.mjs";
import { startRedis } from "../local/parts.mjs";
import { workerAt } from "../local/worker.mjs";
import { deployed } from "./contestants.mjs";
import { cpuSeconds, memory, start } from "./measure.mjs";
import { startAsking, startWorkerd } from "./workerd.mjs";

/** @typedef {import("./measure.mjs").Server} Server */

/**
 * One whole export, and what it took.
 * @typedef {object} Export
 * @property {number} seconds
 * @property {number} commands that Redis performed, those inside of scripts too
 * @property {number} reads how often Redis read from its client: requests, or pipelines
 * @property {{ exporter: number, gateway: number, redis: number, sim: number }} cpu in seconds
 * @property {number} memory bytes that the exporter's process had in use at most
 * @property {Asked[]} [asked] what Notion was asked, where the exporter tells
 */

/** @typedef {{ url: string, method?: string, body?: string }} Asked */
/** @typedef {{ sim: Server, concurrency: number, vars?: Record<string, string> }} Options */
/** What exports a workspace. @typedef {{ name: string, store: Redis, perform: (options: Options) => Promise<Export> }} Exporter */

const TOKEN = "bench";
/** More runs than an export here ever takes. */
const RUNS = 20;

/** Starts a Redis for each and the gateway. */
export async function startExporters() {
  const folder = mkdtempSync(join(tmpdir(), "notion-edge-bench-"));
  const [own, other] = await Promise.all([startStore("worker"), startStore("plain")]);
  const gateway = await start(deployed("redis-gateway"), ["--redis", own.url, "--listen", "127.0.0.1:0"], {
    env: { GATEWAY_TOKENS: TOKEN },
    ready: /listening on (\S+)/,
  });
  /** @type {Exporter} */
  const worker = {
    name: "Worker",
    store: own.client,
    perform: ({ sim, concurrency, vars }) => performWorker({ sim, concurrency, vars, store: own, gateway, folder }),
  };
  /** @type {Exporter} */
  const plain = {
    name: "plain exporter",
    store: other.client,
    perform: (options) => performPlain({ ...options, store: other }),
  };
  return {
    exporters: [worker, plain],
    /**
     * The seconds in which workerd asks all that and forgets it, in wall time and of the processor.
     * @param {Asked[]} requests @param {number} concurrency
     */
    async ask(requests, concurrency) {
      const asking = await startAsking({ folder });
      const before = { at: performance.now(), cpu: cpuSeconds(asking.pid) };
      const response = await fetch(asking.found, { method: "POST", body: JSON.stringify({ requests, concurrency }) });
      if (!response.ok) throw new Error(`workerd answered ${response.status} when it was to ask`);
      const taken = { seconds: (performance.now() - before.at) / 1000, cpu: cpuSeconds(asking.pid) - before.cpu };
      await asking.stop();
      return taken;
    },
    stop() {
      for (const { client } of [own, other]) client.disconnect();
      rmSync(folder, { recursive: true });
    },
  };

  /** @param {string} name */
  async function startStore(name) {
    const { pid, address } = await startRedis({ data: join(folder, name), logs: folder });
    return { pid, url: address, client: new Redis(address) };
  }
}

/** @typedef {{ pid: number, url: string, client: Redis }} Store */

/** @param {Options & { store: Store, gateway: Server, folder: string }} options @returns {Promise<Export>} */
async function performWorker({ sim, concurrency, vars, store, gateway, folder }) {
  const all = {
    ...{ ACCESS: "public", ROOTS: "all", RATE_LIMIT: "100000", WORKERS: String(concurrency) },
    ...{ NOTION_TOKEN: "ntn_demo", NOTION_BASE_URL: sim.found },
    ...{ UPSTASH_REDIS_REST_URL: gateway.found, UPSTASH_REDIS_REST_TOKEN: TOKEN },
    ...vars,
  };
  const workerd = await startWorkerd({ folder, vars: all });
  try {
    const worker = workerAt(workerd.found);
    await worker.status();
    const end = await begin(store, { exporter: workerd.pid, gateway: gateway.pid, redis: store.pid, sim: sim.pid });
    for (let runs = 0; (await worker.status()).state !== "complete"; runs += 1) {
      if (runs === RUNS) throw new Error(`the Worker did not complete its export in ${RUNS} runs`);
      await worker.scheduled();
    }
    return { ...(await end()), memory: memory(workerd.pid).most };
  } finally {
    await workerd.stop();
  }
}

/** @param {Options & { store: Store }} options @returns {Promise<Export>} */
async function performPlain({ sim, concurrency, store }) {
  const program = fileURLToPath(new URL("plain-exporter.mjs", import.meta.url));
  const options = { notion: sim.found, redis: store.url, concurrency };
  const end = await begin(store, { redis: store.pid, sim: sim.pid });
  const running = await launch(process.execPath, [program, JSON.stringify(options)]);
  const ended = await running.ended;
  const outcome = await end();
  if (ended !== "exit code 0") throw new Error(`the plain exporter ended with ${ended}\n${tail(running)}`);
  const { seconds, cpu, memory, asked } = JSON.parse(running.output());
  return { ...outcome, seconds, cpu: { ...outcome.cpu, exporter: cpu }, memory, asked };
}

/**
 * Empties the store, and measures from there until what it returns is called.
 * @param {Store} store @param {Partial<Record<keyof Export["cpu"], number>>} pids
 */
async function begin({ client }, pids) {
  await client.flushall();
  await client.config("RESETSTAT");
  const cpu = () => ({ exporter: 0, gateway: 0, redis: 0, sim: 0, ...mapped(pids, cpuSeconds) });
  const began = { at: performance.now(), cpu: cpu() };
  return async () => {
    const seconds = (performance.now() - began.at) / 1000;
    const spent = cpu();
    for (const name of /** @type {const} */ (["exporter", "gateway", "redis", "sim"])) spent[name] -= began.cpu[name];
    const calls = [...(await client.info("commandstats")).matchAll(/^cmdstat_(\S+):calls=(\d+)/gm)];
    const own = calls.filter(([, name = ""]) => !/^(config|info|client)/.test(name));
    const commands = own.reduce((sum, [, , count]) => sum + Number(count), 0);
    const reads = Number(/total_reads_processed:(\d+)/.exec(await client.info("stats"))?.[1]);
    return { seconds, commands, reads, cpu: spent };
  };
}

/** @template {string} K @param {Partial<Record<K, number>>} record @param {(value: number) => number} map */
function mapped(record, map) {
  const entries = Object.entries(/** @type {Record<string, number>} */ (record));
  return Object.fromEntries(entries.map(([name, value]) => [name, map(value)]));
}
