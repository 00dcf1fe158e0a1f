/**
 * Cold starts: how long the first answer of an isolate takes, in a workerd that runs already, as one does at Cloudflare.
 *
 * A Worker in it holds the modules of all that are compared, and loads one of them into a new isolate for each request.
 */
import { request } from "node:http";
import { basename, join } from "node:path";
import { namesOfModules, serve, wranglerConfig } from "./workerd.mjs";

/** @typedef {import("./workerd.mjs").Configured & { name: string, path: string }} Cold a Worker, and what it is asked first */

const LOADER = `export default {
  async fetch(request, env) {
    const { modules, vars, path, date, flags } = JSON.parse(env.WORKERS)[Number(new URL(request.url).pathname.slice(1))];
    const sources = modules.map(([name, kind, binding]) => [name, { [kind]: env[binding] }]);
    const compatibility = { compatibilityDate: date, compatibilityFlags: flags };
    const code = { ...compatibility, mainModule: "main.js", modules: Object.fromEntries(sources), env: vars };
    const worker = env.LOADER.get(crypto.randomUUID(), () => code);
    return worker.getEntrypoint().fetch("http://localhost" + path);
  },
};`;

/**
 * Milliseconds, and the status of the answer, for each of the Workers in their order. The first is loaded once before, so that
 * none pays for what workerd does once.
 * @param {Cold[]} workers @param {string} folder
 */
export async function coldStarts(workers, folder) {
  const running = await serve(join(folder, "isolates.capnp"), configuration(workers), "--experimental");
  try {
    await ask(`${running.found}/0`);
    const seen = [];
    for (const place of workers.keys()) seen.push(await ask(`${running.found}/${place}`));
    return seen;
  } finally {
    await running.stop();
  }
}

/** On a connection of its own. @param {string} url @returns {Promise<{ ms: number, status: number | undefined }>} */
function ask(url) {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const asked = request(url, { agent: false }, (response) => {
      const end = () => resolve({ ms: performance.now() - began, status: response.statusCode });
      response.once("end", end).once("error", reject).resume();
    });
    asked.once("error", reject).end();
  });
}

/** All their folders are beside the file that this is written to. @param {Cold[]} workers */
function configuration(workers) {
  const text = JSON.stringify;
  const { compatibility_date: date, compatibility_flags: flags = [] } = wranglerConfig();
  /** What is embedded, by the name of its binding; several Workers may be of the same modules. @type {Map<string, string>} */
  const bindings = new Map();
  const told = workers.map(({ modules: folder, vars, path }) => {
    const modules = namesOfModules(folder).map((name) => {
      const [kind, embedded] = name.endsWith(".wasm") ? ["wasm", "data"] : ["js", "text"];
      const file = join(basename(folder), name);
      bindings.set(file, `(name = ${text(file)}, ${embedded} = embed ${text(file)})`);
      return [name, kind, file];
    });
    return { modules, vars, path, date, flags };
  });
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "loader", worker = (
      modules = [(name = "loader.js", esModule = ${text(LOADER)})],
      compatibilityDate = ${text(date)},
      bindings = [
        ${[...bindings.values()].join(",\n        ")},
        (name = "WORKERS", text = ${text(text(told))}),
        (name = "LOADER", workerLoader = (id = "isolates")),
      ],
      globalOutbound = "network",
    )),
    (name = "network", network = (allow = ["private", "local"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "loader")],
);
`;
}
