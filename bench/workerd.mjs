/**
 * The built Worker, or another, in workerd and nothing else, as it runs at Cloudflare: Miniflare would pass every request of the Worker
 * through a second one of its own, which costs more than the request itself.
 */
import { cpSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { parse } from "smol-toml";
import { launch } from "../local/launch.mjs";
import { root } from "../local/parts.mjs";
import { start } from "./measure.mjs";

/** Fires the cron trigger at the address where Miniflare does; everything else is the Worker's. */
const MAIN = `import worker from "./entry.js";
export default {
  async fetch(request, env, context) {
    const { pathname } = new URL(request.url);
    if (pathname !== "/cdn-cgi/local/scheduled") return worker.fetch(request, env, context);
    await worker.scheduled({ type: "scheduled", cron: "* * * * *", scheduledTime: Date.now() }, env, context);
    return new Response("ok");
  },
};`;

/** Sends all requests of the body, so many at once, and forgets the answers. */
const ASKING = `export default {
  async fetch(request) {
    const { requests, concurrency } = await request.json();
    const left = requests.values();
    async function lane() {
      for (const { url, method = "get", body } of left) {
        const headers = { authorization: "Bearer ntn_demo", "notion-version": "2026-03-11" };
        if (body) headers["content-type"] = "application/json";
        const response = await fetch(url, { method: method.toUpperCase(), headers, body });
        await response.arrayBuffer();
      }
    }
    await Promise.all(Array.from({ length: concurrency }, lane));
    return new Response("ok");
  },
};`;

/** Starts it. @param {{ folder: string, vars: Record<string, string> }} options `folder` for what workerd reads */
export function startWorkerd({ folder, vars }) {
  return startConfigured(configureBuilt({ folder, name: "built", main: MAIN, vars }));
}

/** Starts workerd with nothing in it but a loop that asks: what no Worker can do faster. @param {{ folder: string }} options */
export function startAsking({ folder }) {
  return startConfigured(configure({ folder, name: "asking", main: ASKING, vars: {} }));
}

/**
 * A Worker as workerd is to run it, under a name of its own.
 * @typedef {{ folder: string, name: string, main: string, vars: Record<string, string> }} Configured
 *   `main` is the source of its main module
 */

/** The built Worker, whose module is `./entry.js`, with all the variables of wrangler.toml. @param {Configured} options the file that workerd reads */
export function configureBuilt({ vars, ...options }) {
  const config = wranglerConfig();
  cpSync(join(root, dirname(config.main)), join(options.folder, options.name), { recursive: true });
  return configure({ ...options, vars: { ...config.vars, ...vars } });
}

/** A Worker of one module. @param {Configured} options the file that workerd reads */
export function configure({ folder, name, main, vars }) {
  const modules = join(folder, name);
  mkdirSync(modules, { recursive: true });
  writeFileSync(join(modules, "main.js"), main);
  const file = `${modules}.capnp`;
  writeFileSync(file, configuration(modules, wranglerConfig(), vars));
  return file;
}

function wranglerConfig() {
  return /** @type {Record<string, any>} */ (parse(readFileSync(join(root, "wrangler.toml"), "utf8")));
}

/** Starts workerd with a file that `configure` wrote. @param {string} file */
export async function startConfigured(file) {
  const { program, args, ready } = command(file);
  const { pid, found, stop } = await start(program, args, { ready });
  return { pid, stop, found: `http://127.0.0.1:${found}` };
}

/**
 * How long a Worker takes from nothing to the end of its first answer, in ms: workerd starts, loads the Worker, and is asked.
 * What is not the Worker's is the same for all that are compared.
 * @param {string} file that `configure` wrote @param {string} path
 */
export async function coldStart(file, path) {
  const { program, args, ready } = command(file);
  const began = performance.now();
  /** @type {(port: string) => void} */
  let listens = () => {};
  const port = new Promise((resolve) => (listens = resolve));
  const onLine = (/** @type {string} */ line) => listens(ready.exec(line)?.[1] ?? "");
  const running = await launch(program, args, { onLine });
  try {
    const found = await Promise.race([port, running.ended.then(() => "")]);
    const status = await ask(`http://127.0.0.1:${found}${path}`);
    return { ms: performance.now() - began, status };
  } finally {
    await running.kill();
  }
}

/** The status, once the answer is there whole. @param {string} url @returns {Promise<number | undefined>} */
function ask(url) {
  return new Promise((resolve, reject) => {
    const asked = request(url, { agent: false }, (response) => {
      response.once("end", () => resolve(response.statusCode)).once("error", reject);
      response.resume();
    });
    asked.once("error", reject).end();
  });
}

/** @param {string} file */
function command(file) {
  const require = createRequire(import.meta.resolve("miniflare"));
  return { program: require("workerd").default, args: ["serve", file, "--control-fd=1"], ready: /"port":(\d+)/ };
}

/** @param {string} built @param {Record<string, any>} config @param {Record<string, string>} vars */
function configuration(built, { compatibility_date: date, compatibility_flags: flags = [] }, vars) {
  const files = readdirSync(built, { recursive: true, encoding: "utf8" }).toSorted();
  const modules = ["main.js", ...files.filter((file) => file !== "main.js" && /\.(js|wasm)$/.test(file))];
  const kind = (/** @type {string} */ file) => (file.endsWith(".wasm") ? "wasm" : "esModule");
  const text = JSON.stringify;
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "worker", worker = (
      modules = [${modules.map((file) => `(name = ${text(file)}, ${kind(file)} = embed ${text(join(basename(built), file))})`)}],
      compatibilityDate = ${text(date)},
      compatibilityFlags = [${flags.map(text)}],
      bindings = [${Object.entries(vars).map(([name, value]) => `(name = ${text(name)}, text = ${text(value)})`)}],
      globalOutbound = "network",
    )),
    (name = "network", network = (allow = ["private", "local"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "worker")],
);
`;
}
