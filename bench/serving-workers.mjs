/**
 * Who serves in serving.mjs: this Worker and one in TypeScript, each in workerd with the same gateway and Redis,
 * once with its memory and once without, so that each request asks Redis.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { Redis } from "ioredis";
import { startRedis } from "../local/parts.mjs";
import { deployed } from "./contestants.mjs";
import { start } from "./measure.mjs";
import { fill } from "./serving-pages.mjs";
import { configure, configureBuilt, namesOfModules, startConfigured } from "./workerd.mjs";

/** @typedef {Awaited<ReturnType<typeof startConfigured>>} Server */
/** @typedef {Awaited<ReturnType<typeof startServing>>} Serving */
/** @typedef {import("./workerd.mjs").Configured} Configured */

/**
 * A Worker that serves the pages.
 * @typedef {object} Contestant
 * @property {string} name
 * @property {Configured} configured it without its memory
 * @property {Server} memory it answers from memory what it has read within seconds
 * @property {Server} redis it has no memory
 */

/** Sizes in bytes, compressed. @typedef {{ reader: number, wasm: number, all: number, typescript: number }} Bundles */

const TOKEN = "bench";
/** As one would set it for pages that may be some seconds old. */
const MEMORY_SECONDS = "5";
const BUILT = `export { default } from "./entry.js";`;
const TRIVIAL = `export default { fetch: () => new Response("ok") };`;

export async function startServing() {
  const folder = mkdtempSync(join(tmpdir(), "notion-edge-bench-"));
  const redis = await startRedis({ data: join(folder, "redis"), logs: folder });
  const client = new Redis(redis.address);
  const gateway = await start(deployed("redis-gateway"), ["--redis", redis.address, "--listen", "127.0.0.1:0"], {
    env: { GATEWAY_TOKENS: TOKEN },
    ready: /listening on (\S+)/,
  });
  const store = { UPSTASH_REDIS_REST_URL: gateway.found, UPSTASH_REDIS_REST_TOKEN: TOKEN };
  const own = { ACCESS: "public", ROOTS: "all", NOTION_TOKEN: "ntn_demo", ...store };
  const bundled = await bundle();
  const stored = await fill({ folder, vars: own, client }).catch((error) => {
    // It would try to connect for ever.
    client.disconnect();
    throw error;
  });

  const worker = (/** @type {string} */ name, /** @type {Record<string, string>} */ vars) =>
    configureBuilt({ folder, name, main: BUILT, vars: { ...own, ...vars } });
  const typescript = (/** @type {string} */ name, /** @type {Record<string, string>} */ vars) =>
    configure({ folder, name, main: bundled, vars: { ...store, ...vars } });
  const contestants = [
    await contestant("Worker", worker("worker", { READ_MEMORY: "0" }), worker("worker-memory", {})),
    await contestant("TypeScript", typescript("typescript", {}), typescript("typescript-memory", { MEMORY_SECONDS })),
    await contestant(
      "TypeScript, tuned",
      typescript("tuned", { PASS_ON: "1" }),
      typescript("tuned-memory", { PASS_ON: "1", MEMORY_SECONDS }),
    ),
  ];
  return {
    folder,
    stored,
    contestants,
    /** A Worker that only says ok. */
    trivial: configure({ folder, name: "trivial", main: TRIVIAL, vars: {} }),
    bundles: bundles(join(folder, "worker"), bundled),
    redis: redis.pid,
    /** How many commands Redis has performed. */
    async commands() {
      return Number(/total_commands_processed:(\d+)/.exec(await client.info("stats"))?.[1]);
    },
    stop() {
      client.disconnect();
      rmSync(folder, { recursive: true });
    },
  };
}

/** @param {string} name @param {Configured} configured @param {Configured} memory @returns {Promise<Contestant>} */
async function contestant(name, configured, memory) {
  return { name, configured, memory: await startConfigured(memory), redis: await startConfigured(configured) };
}

/** The Worker in TypeScript as one module, by the bundler of wrangler and with its settings. */
async function bundle() {
  const { build } = createRequire(import.meta.resolve("wrangler"))("esbuild");
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("typescript-worker.ts", import.meta.url))],
    bundle: true,
    conditions: ["workerd", "worker", "browser"],
    format: "esm",
    logLevel: "silent",
    minify: true,
    target: "es2024",
    write: false,
  });
  return /** @type {string} */ (outputFiles[0].text);
}

/** @param {string} modules the folder of the built Worker @param {string} typescript @returns {Bundles} */
function bundles(modules, typescript) {
  const length = (/** @type {string | Buffer} */ bytes) => gzipSync(bytes, { level: 9 }).length;
  const sizes = namesOfModules(modules).map((file) => ({ file, bytes: length(readFileSync(join(modules, file))) }));
  const sum = (/** @type {typeof sizes} */ some) => some.reduce((total, { bytes }) => total + bytes, 0);
  return {
    reader: sum(sizes.filter(({ file }) => file === "reader_bg.wasm")),
    wasm: sum(sizes.filter(({ file }) => file.endsWith(".wasm"))),
    all: sum(sizes),
    typescript: length(typescript),
  };
}
