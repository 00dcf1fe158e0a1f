/**
 * The parts of the stack, each a process: Redis, the gateway, the simulated Notion, the Worker in workerd.
 * Each function starts one and returns once it answers; who needs whom is decided in stack.mjs.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { anyPort, withPort } from "./ports.mjs";
import { Problem } from "./problem.mjs";
import { launch, tail } from "./launch.mjs";
import { redisServer } from "./redis.mjs";

export const root = fileURLToPath(new URL("..", import.meta.url));

const READY_MS = 30_000;

/**
 * @typedef {import("./launch.mjs").Running & { name: string, address: string }} Part
 *   `address` is what its line of readiness told: a URL, where it serves one
 */

/**
 * The sim's own options, by their names on its command line: `{ pages: 1000, "search-omission": 0.2 }`.
 * @typedef {Record<string, string | number | undefined>} SimOptions
 */

/** @param {{ data: string, logs: string, port?: number }} options port 0 takes any */
export function startRedis({ data, logs, port: wanted = 0 }) {
  mkdirSync(data, { recursive: true });
  const find = wanted === 0 ? anyPort : async () => wanted;
  return withPort(find, async (port) => {
    const settings = { port, bind: "127.0.0.1", dir: data, appendonly: "yes", save: "", daemonize: "no" };
    const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const part = await start("redis", redisServer(), args, /Ready to accept connections/, { logs });
    return { ...part, address: `redis://127.0.0.1:${port}` };
  });
}

/** @param {{ redis: string, token: string, logs: string, port?: number }} options `redis` as a URL; port 0 takes any */
export function startGateway({ redis, token, logs, port = 0 }) {
  const args = ["--redis", redis, "--listen", `127.0.0.1:${port}`];
  const env = { PATH: process.env.PATH, GATEWAY_TOKENS: token };
  return start("gateway", binary("redis-gateway"), args, /listening on (\S+)/, { logs, env });
}

/** @param {SimOptions} options @param {{ logs: string }} folders */
export function startSim(options, { logs }) {
  // It serves the files of its pages too, so that what is exported can be looked at.
  const all = { "files-base": "self", ...options };
  const args = Object.entries(all).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, String(value)],
  );
  return start("sim", binary("notion-sim"), args, /listening on (\S+)/, { logs, env: { PATH: process.env.PATH } });
}

/** @param {{ port: number, vars: Record<string, string>, files: string, logs: string }} options port 0 takes any; copies of files go to `files` */
export function startWorker({ port, vars, files, logs }) {
  const program = join(root, "local/workerd.mjs");
  const env = { ...process.env, WORKERD: JSON.stringify({ port, vars, files }) };
  return start("worker", process.execPath, [program], /listening on (\S+)/, { logs, env });
}

/**
 * @param {string} name
 * @param {string} command
 * @param {string[]} args
 * @param {RegExp} ready what it prints when it can be used
 * @param {{ logs: string, env?: NodeJS.ProcessEnv }} options
 * @returns {Promise<Part>}
 */
async function start(name, command, args, ready, { logs, env }) {
  mkdirSync(logs, { recursive: true });
  /** @type {(address: string) => void} */
  let settle = () => {};
  /** @type {Promise<string>} */
  const readiness = new Promise((resolve) => {
    settle = resolve;
  });
  const running = await launch(command, args, {
    env,
    log: join(logs, `${name}.log`),
    onLine: (line) => {
      const match = ready.exec(line);
      if (match !== null) settle(match[1] ?? "");
    },
  });
  const late = setTimeout(() => void running.kill(), READY_MS);
  const address = await Promise.race([readiness, running.ended.then((outcome) => ({ outcome }))]);
  clearTimeout(late);
  if (typeof address === "string") return { ...running, name, address };
  throw new Problem(`${name} did not start (${address.outcome})\n${tail(running)}`);
}

/** @type {string | undefined} */
let target;

/** Where cargo puts a program; its folder may be configured. @param {string} name */
export function binary(name) {
  target ??= JSON.parse(
    execFileSync("cargo", ["metadata", "--no-deps", "--format-version", "1"], { cwd: root, encoding: "utf8" }),
  ).target_directory;
  return join(/** @type {string} */ (target), "debug", name);
}
