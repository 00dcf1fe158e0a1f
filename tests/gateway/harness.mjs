/**
 * What the gateway's tests share: a Redis and a gateway in front of it, and clients of both.
 * The gateway is the one that `npm run build` made, or the program that REDIS_GATEWAY names.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { Redis } from "@upstash/redis";
import { launch, tail } from "../../local/launch.mjs";
import { binary } from "../../local/parts.mjs";
import { redisServer } from "../../local/redis.mjs";

/** @typedef {Awaited<ReturnType<typeof startGateway>>} Gateway */

export const TOKEN = "full";
export const READER = "reader";

/**
 * @param {{ args?: string[], env?: Record<string, string>, redisArgs?: string[] }} [options] over the usual ones;
 *   without others, Redis forgets everything when it ends
 */
export async function startGateway({ args = [], env = {}, redisArgs = [] } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "redis-gateway-"));
  const socket = join(folder, "redis.sock");
  const startRedis = () =>
    start(
      redisServer(),
      ["--port", "0", "--unixsocket", socket, "--save", "", "--dir", folder, ...redisArgs],
      /(ready to accept connections)/i,
    );
  let redis = await startRedis();
  const gateway = await start(
    process.env.REDIS_GATEWAY ?? binary("redis-gateway"),
    ["--redis", `unix:${socket}`, "--listen", "127.0.0.1:0", ...args],
    /listening on (\S+)/,
    { PATH: process.env.PATH, GATEWAY_TOKENS: TOKEN, GATEWAY_READONLY_TOKENS: READER, ...env },
  );
  const url = gateway.found;

  return {
    url,
    pid: gateway.running.pid,

    /** The official client. @param {Partial<import("@upstash/redis").RedisConfigNodejs>} [options] */
    client: (options) => new Redis({ url, token: TOKEN, retry: { retries: 0 }, enableTelemetry: false, ...options }),

    /**
     * A request as anything but the official client would send it.
     * @param {string} path @param {Omit<RequestInit, "headers"> & { token?: string, headers?: Record<string, string>, duplex?: "half" }} [init]
     */
    request: (path, { token = TOKEN, headers, ...init } = {}) =>
      fetch(url + path, { ...init, headers: { authorization: `Bearer ${token}`, ...headers } }),

    /** What Redis itself says, without the gateway. @param {string[]} command */
    ask: (...command) => ask(socket, command),

    /** Ends Redis without warning. */
    killRedis: () => redis.running.kill(),
    async restartRedis() {
      redis = await startRedis();
    },

    async stop() {
      await gateway.running.stop();
      await redis.running.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

/** The JSON of an answer, whose shape is the test's to check. @param {Response} response @returns {Promise<any>} */
export const json = (response) => response.json();

/**
 * Starts a program and waits for the line that says it is ready.
 * @param {string} program @param {string[]} args @param {RegExp} ready @param {NodeJS.ProcessEnv} [env]
 */
async function start(program, args, ready, env) {
  /** @type {(found: string) => void} */
  let settle = () => {};
  /** @type {Promise<string>} */
  const readiness = new Promise((resolve) => (settle = resolve));
  const running = await launch(program, args, { env, onLine: (line) => settleIf(ready.exec(line)) });
  /** @param {RegExpExecArray | null} match */
  function settleIf(match) {
    if (match !== null) settle(match[1] ?? "");
  }
  const found = await Promise.race([readiness, running.ended.then(() => undefined)]);
  if (found === undefined) throw new Error(`${program} did not start:\n${tail(running)}`);
  return { running, found };
}

/** Sends one command and gives back what comes, as Redis sent it. @param {string} socket @param {string[]} command */
async function ask(socket, command) {
  const connection = createConnection(socket);
  const args = command.map((arg) => `$${Buffer.byteLength(arg)}\r\n${arg}\r\n`);
  connection.write(`*${args.length}\r\n${args.join("")}*1\r\n$4\r\nQUIT\r\n`);
  const reply = await text(connection);
  return reply.slice(0, -"+OK\r\n".length);
}
