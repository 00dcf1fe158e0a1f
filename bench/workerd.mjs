/**
 * The built Worker, or another, in workerd and nothing else, as it runs at Cloudflare: Miniflare would pass every request of the Worker
 * through a second one of its own, which costs more than the request itself.
 */
import { cpSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { parse } from "smol-toml";
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

/** What a Worker is made of. @typedef {{ folder: string, name: string, main: string, vars: Record<string, string> }} Options `main` is the source of its main module */

/**
 * A Worker that workerd can run, in a folder of its own.
 * @typedef {object} Configured
 * @property {string} modules the folder of its modules, of which `main.js` is the main one
 * @property {Record<string, string>} vars
 */

/** The built Worker, whose module is `./entry.js`, with all the variables of wrangler.toml. @param {Options} options @returns {Configured} */
export function configureBuilt({ vars, ...options }) {
  const config = wranglerConfig();
  cpSync(join(root, dirname(config.main)), join(options.folder, options.name), { recursive: true });
  return configure({ ...options, vars: { ...config.vars, ...vars } });
}

/** A Worker of one module. @param {Options} options @returns {Configured} */
export function configure({ folder, name, main, vars }) {
  const modules = join(folder, name);
  mkdirSync(modules, { recursive: true });
  writeFileSync(join(modules, "main.js"), main);
  return { modules, vars };
}

/** Starts workerd with that Worker. @param {Configured} configured */
export function startConfigured({ modules, vars }) {
  return serve(`${modules}.capnp`, configuration(modules, wranglerConfig(), vars));
}

/** The names of a Worker's modules, the main one first. @param {string} folder */
export function namesOfModules(folder) {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted();
  return ["main.js", ...files.filter((file) => file !== "main.js" && /\.(js|wasm)$/.test(file))];
}

/** Starts workerd with such a configuration. @param {string} file where to write it @param {string} text @param {string[]} options */
export async function serve(file, text, ...options) {
  writeFileSync(file, text);
  const require = createRequire(import.meta.resolve("miniflare"));
  const args = ["serve", ...options, file, "--control-fd=1"];
  const { pid, found, stop } = await start(require("workerd").default, args, { ready: /"port":(\d+)/ });
  return { pid, stop, found: `http://127.0.0.1:${found}` };
}

export function wranglerConfig() {
  return /** @type {Record<string, any>} */ (parse(readFileSync(join(root, "wrangler.toml"), "utf8")));
}

/** @param {string} built @param {Record<string, any>} config @param {Record<string, string>} vars */
function configuration(built, { compatibility_date: date, compatibility_flags: flags = [] }, vars) {
  const modules = namesOfModules(built);
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
