/**
 * The built Worker in workerd and nothing else, as it runs at Cloudflare: Miniflare would pass every request of the Worker
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
  const config = wranglerConfig();
  const built = join(folder, "built");
  mkdirSync(built, { recursive: true });
  cpSync(join(root, dirname(config.main)), built, { recursive: true });
  writeFileSync(join(built, "main.js"), MAIN);
  return launchWorkerd(built, config, { ...config.vars, ...vars });
}

/** Starts workerd with nothing in it but a loop that asks: what no Worker can do faster. @param {{ folder: string }} options */
export function startAsking({ folder }) {
  const built = join(folder, "asking");
  mkdirSync(built, { recursive: true });
  writeFileSync(join(built, "main.js"), ASKING);
  return launchWorkerd(built, wranglerConfig(), {});
}

function wranglerConfig() {
  return /** @type {Record<string, any>} */ (parse(readFileSync(join(root, "wrangler.toml"), "utf8")));
}

/** @param {string} built the folder with the modules @param {Record<string, any>} config @param {Record<string, string>} vars */
async function launchWorkerd(built, config, vars) {
  const file = `${built}.capnp`;
  writeFileSync(file, configuration(built, config, vars));
  const require = createRequire(import.meta.resolve("miniflare"));
  const { pid, found, stop } = await start(require("workerd").default, ["serve", file, "--control-fd=1"], {
    ready: /"port":(\d+)/,
  });
  return { pid, stop, found: `http://127.0.0.1:${found}` };
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
