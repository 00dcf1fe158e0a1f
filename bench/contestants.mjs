/**
 * Who is measured: Redis itself (asked by redis-rs), our gateway, and other gateways that can be had as packages.
 * Each listens on the loopback address only. Who is not installed is left out, and that is said.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Redis } from "ioredis";
import { binary } from "../local/parts.mjs";
import { anyPort } from "../local/ports.mjs";
import { redisServer } from "../local/redis.mjs";
import { onPath } from "../local/system.mjs";
import { start } from "./measure.mjs";

const TOKEN = "bench";

/**
 * @typedef {object} Contestant
 * @property {string} name
 * @property {number} pid
 * @property {string} address of HTTP, host and port
 * @property {(asked: Asked) => object | undefined} target for the load program; undefined if it can not do this
 */

/** @typedef {{ key: string, size: number, times: number }} Asked to get a key, several times in one request */

/** A program as it is deployed. @param {string} name */
export const deployed = (name) => join(dirname(dirname(binary(name))), "server", name);

/** @param {(line: string) => void} say */
export async function startContestants(say) {
  const folder = mkdtempSync(join(tmpdir(), "notion-edge-bench-"));
  const port = await anyPort();
  const url = `redis://127.0.0.1:${port}`;
  const args = ["--port", `${port}`, "--bind", "127.0.0.1", "--save", "", "--dir", folder];
  const redis = await start(redisServer(), args, { ready: /(ready to accept connections)/i });
  const control = new Redis(url);
  const gateway = await startGateway(url);
  /** @type {Contestant[]} */
  const contestants = [
    { name: "raw", pid: redis.pid, address: "", target: (asked) => raw(url, asked, true) },
    { name: "raw, a connection each", pid: redis.pid, address: "", target: (asked) => raw(url, asked, false) },
    gateway,
    { ...gateway, name: "gateway, without Redis", target: ({ size, times }) => probe(gateway.address, size * times) },
    await startOther(url),
  ];
  const webdis = onPath("webdis");
  if (webdis === undefined) say("webdis is not installed (Debian's package webdis), and left out");
  else contestants.push(await startWebdis(webdis, { folder, port }));
  return {
    redis: {
      pid: redis.pid,
      url,
      set: (/** @type {string} */ key, /** @type {string} */ value) => control.set(key, value),
    },
    contestants,
    async stop() {
      control.disconnect();
      rmSync(folder, { recursive: true });
    },
  };
}

/** @param {string} url @param {Asked} asked @param {boolean} isShared */
function raw(url, { key, size, times }, isShared) {
  return { redis: { url, command: ["GET", key], times, length: size, is_shared: isShared } };
}

/** @param {string} redis @returns {Promise<Contestant>} */
async function startGateway(redis) {
  const program = process.env.REDIS_GATEWAY ?? deployed("redis-gateway");
  const args = ["--redis", redis, "--listen", "127.0.0.1:0"];
  const env = { GATEWAY_TOKENS: TOKEN };
  const { pid, found } = await start(program, args, { env, ready: /listening on http:\/\/(\S+)/ });
  return { name: "gateway", pid, address: found, target: (asked) => upstash(found, asked) };
}

/**
 * Its probe, which asks Redis nothing: what HTTP alone allows on this machine, for answers as small as that one.
 * @param {string} address @param {number} size
 */
function probe(address, size) {
  if (size > 100) return undefined;
  return { http: { address, at_least: 0, requests: [`GET /-/health HTTP/1.1\r\nHost: ${address}\r\n\r\n`] } };
}

/** @param {string} redis @returns {Promise<Contestant>} */
async function startOther(redis) {
  const program = fileURLToPath(new URL("other-gateway.mjs", import.meta.url));
  const env = { ...process.env, REDIS_URL: redis, TOKEN };
  const { pid, found } = await start(process.execPath, [program], { env, ready: /listening on (\S+)/ });
  return { name: "@humanwhocodes", pid, address: found, target: (asked) => upstash(found, asked) };
}

/** @param {string} program @param {{ folder: string, port: number }} options @returns {Promise<Contestant>} */
async function startWebdis(program, { folder, port }) {
  const own = await anyPort();
  const address = `127.0.0.1:${own}`;
  const config = join(folder, "webdis.json");
  const settings = { redis_host: "127.0.0.1", redis_port: port, http_host: "127.0.0.1", http_port: own, threads: 2 };
  writeFileSync(config, JSON.stringify({ ...settings, daemonize: false, verbosity: 0, logfile: "/dev/null" }));
  const { pid } = await start(program, [config], { reachable: address });
  return {
    name: "webdis",
    pid,
    address,
    target: ({ key, size, times }) => {
      // It has no pipelines.
      if (times > 1) return undefined;
      return {
        http: { address, at_least: size, requests: [`GET /GET/${key} HTTP/1.1\r\nHost: ${address}\r\n\r\n`] },
      };
    },
  };
}

/** The request that Upstash's protocol has for it. @param {string} address @param {Asked} asked */
function upstash(address, { key, size, times }) {
  const row = ["GET", key];
  const body = JSON.stringify(times === 1 ? row : Array(times).fill(row));
  const head = [
    `POST /${times === 1 ? "" : "pipeline"} HTTP/1.1`,
    `Host: ${address}`,
    `Authorization: Bearer ${TOKEN}`,
    "Content-Type: application/json",
    `Content-Length: ${body.length}`,
  ];
  return { http: { address, at_least: size * times, requests: [`${head.join("\r\n")}\r\n\r\n${body}`] } };
}
