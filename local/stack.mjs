/**
 * The whole stack on this machine: Redis, the gateway, the simulated Notion, the Worker in workerd.
 * Used by `npm start`, by the system tests and by the measurements; it builds nothing and prints nothing.
 * What dies unasked is told through `ended`; nothing is started again by itself.
 */
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { claim } from "./claim.mjs";
import { startGateway, startRedis, startSim, startWorker } from "./parts.mjs";
import { keptPort, withPort } from "./ports.mjs";
import { Problem } from "./problem.mjs";
import { workerAt } from "./worker.mjs";

/** @typedef {import("./parts.mjs").Part} Part */

/**
 * @typedef {object} StackOptions
 * @property {string} data folder of everything that lasts; one stack at a time can have it
 * @property {boolean} [fresh] forgets what the folder holds
 * @property {() => Promise<number>} [port] finds a port for the Worker, once nothing from before can hold it; any by default
 * @property {import("./parts.mjs").SimOptions} [sim]
 * @property {Record<string, string>} [vars] the Worker's variables, over wrangler.toml's.
 *   With NOTION_BASE_URL or NOTION_TOKEN no sim is started, with UPSTASH_REDIS_REST_URL no Redis and no gateway.
 */

/** @typedef {Awaited<ReturnType<typeof startStack>>} Stack */

/** @param {StackOptions} options */
export async function startStack({ data, fresh = false, port = async () => 0, sim = {}, vars = {} }) {
  const held = await claim(data);
  const logs = join(data, "logs");
  /** @type {Part[]} */
  const parts = [];
  /** How each is started at a port, by its name. @type {Map<string, (port: number) => Promise<Part>>} */
  const starts = new Map();
  /** @type {(end: { name: string, outcome: string }) => void} */
  let tellEnd = () => {};
  /** @type {Promise<{ name: string, outcome: string }>} */
  const ended = new Promise((resolve) => (tellEnd = resolve));

  /** @param {(port: number) => Promise<Part>} start @param {number} [port] 0 takes any */
  async function keep(start, port = 0) {
    const part = await start(port);
    starts.set(part.name, start);
    parts.unshift(part);
    held.record(part.name, part.pid);
    void part.ended.then((outcome) => {
      if (parts.includes(part)) tellEnd({ name: part.name, outcome });
    });
    return part;
  }

  /** @param {Part} part */
  function forget(part) {
    parts.splice(parts.indexOf(part), 1);
  }

  /**
   * Ends a part without warning, in the middle of whatever it does. What this returns starts it again, at the same place and
   * with what it had stored; the sim forgets the changes to its workspace.
   * @param {"redis" | "gateway" | "sim" | "worker"} name
   */
  async function crash(name) {
    const part = parts.find((it) => it.name === name);
    const start = starts.get(name);
    if (part === undefined || start === undefined) throw new Problem(`the stack has no ${name} of its own`);
    forget(part);
    await part.kill();
    return () => keep(start, Number(new URL(part.address).port));
  }

  async function stop() {
    // The Worker first, the last started, and Redis last, so that nobody fails for want of another.
    for (const part of [...parts]) {
      forget(part);
      await part.stop();
    }
    held.release();
  }

  try {
    if (fresh)
      for (const name of ["redis", "files", "logs"]) rmSync(join(data, name), { recursive: true, force: true });
    const [redis, notion] = await settled([
      vars.UPSTASH_REDIS_REST_URL === undefined ? startStore() : undefined,
      vars.NOTION_BASE_URL === undefined && vars.NOTION_TOKEN === undefined ? startNotion() : undefined,
    ]);
    /** @type {Record<string, string>} */
    const all = {
      ...redis?.vars,
      ...(notion && { NOTION_BASE_URL: notion.address }),
      NOTION_TOKEN: "ntn_demo",
      ...vars,
    };
    const start = (/** @type {number} */ at) => startWorker({ port: at, vars: all, files: join(data, "files"), logs });
    const part = await withPort(port, (at) => keep(start, at));
    held.announce(part.address);

    return {
      /** The variables that the Worker runs with. */
      vars: all,
      logs,
      ended,
      stop,
      crash,
      redis: redis?.part,
      gateway: redis?.gateway,
      sim: notion,
      // What anyone may see of the status does not tell how far the export is.
      worker: workerAt(part.address, (all.PREVIEW_TOKENS ?? all.READ_TOKENS)?.split(",")[0]),
    };
  } catch (error) {
    await stop();
    throw error;
  }

  /** At the same port each time: it is part of the addresses of files in the pages that are exported already. */
  function startNotion() {
    return withPort(
      () => keptPort(join(data, "sim-port")),
      (port) => keep((at) => startSim({ ...sim, port: at }, { logs }), port),
    );
  }

  async function startStore() {
    const part = await keep((port) => startRedis({ data: join(data, "redis"), logs, port }));
    const token = gatewayToken(data);
    const gateway = await keep((port) => startGateway({ redis: part.address, token, logs, port }));
    return { part, gateway, vars: { UPSTASH_REDIS_REST_URL: gateway.address, UPSTASH_REDIS_REST_TOKEN: token } };
  }
}

/**
 * Waits for all, also when one fails: what is still being started could not be stopped.
 * @template {readonly unknown[]} T
 * @param {T} promises
 */
async function settled(promises) {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}

/** The gateway's token of this folder: random, made once, readable by its owner only. @param {string} data */
function gatewayToken(data) {
  const file = join(data, "gateway-token");
  try {
    return readFileSync(file, "utf8");
  } catch {
    const token = randomBytes(24).toString("base64url");
    mkdirSync(data, { recursive: true });
    writeFileSync(file, token, { mode: 0o600 });
    return token;
  }
}
