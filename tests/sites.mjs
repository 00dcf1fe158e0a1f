/**
 * The example sites, built over a Worker and served until the test ends: Astro's as Cloudflare serves its files, SvelteKit's in Node.
 * One test at a time may build a site, because it is built where it lies.
 */
import { join } from "node:path";
import { buildSdk } from "../local/build.mjs";
import { launch, run } from "../local/launch.mjs";
import { anyPort } from "../local/ports.mjs";
import { root, until } from "./harness.mjs";

/** @typedef {import("node:test").TestContext} TestContext */
/** @typedef {{ name: string, url: string }} Site */

/** Not to be asked, nor to ask others. */
const QUIET = {
  ASTRO_TELEMETRY_DISABLED: "1",
  CI: "1",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  WRANGLER_SEND_METRICS: "false",
};

/** Astro's site. Its addresses begin with `https://site.example`. @param {string} worker @param {Record<string, string>} [env] */
export function buildAstro(worker, env = {}) {
  return build("notion-edge-example-astro", { NOTION_EDGE_URL: worker, SITE_URL: "https://site.example", ...env });
}

/** @param {string} worker */
export function buildSvelteKit(worker) {
  return build("notion-edge-example-sveltekit", { NOTION_EDGE_URL: worker });
}

/** Has the checker of each framework look at the example, which is built. @param {string} worker */
export async function checkTypes(worker) {
  const env = { ...process.env, ...QUIET, NOTION_EDGE_URL: worker };
  const beside = join(root, "tests/typescript-beside.mjs");
  const bin = (/** @type {string} */ path) => join(root, "node_modules", path);
  const check = (/** @type {string} */ name, /** @type {string[]} */ args) =>
    run(`${name} is not right`, process.execPath, args, { cwd: join(root, name), env });
  await Promise.all([
    check("examples-astro", [
      "--import",
      beside,
      bin("astro/bin/astro.mjs"),
      "check",
      "--minimumFailingSeverity",
      "hint",
    ]),
    check("examples-sveltekit", ["node_modules/svelte-check/bin/svelte-check", "--fail-on-warnings"]),
  ]);
}

/** @param {TestContext} t */
export async function serveAstro(t) {
  const port = await anyPort();
  const [wrangler, inspector] = [join(root, "node_modules/wrangler/bin/wrangler.js"), `${await anyPort()}`];
  const args = [wrangler, "dev", "--ip", "127.0.0.1", "--port", `${port}`, "--inspector-port", inspector];
  return serve(t, { name: "Astro", port, args });
}

/** Astro's site as it is while somebody works on it. @param {TestContext} t @param {string} worker */
export async function developAstro(t, worker) {
  const port = await anyPort();
  const args = [join(root, "node_modules/astro/bin/astro.mjs"), "dev", "--host", "127.0.0.1", "--port", `${port}`];
  return serve(t, { name: "Astro", port, args, env: { NOTION_EDGE_URL: worker } });
}

/** @param {TestContext} t @param {string} worker */
export async function serveSvelteKit(t, worker) {
  const port = await anyPort();
  return serve(t, { name: "SvelteKit", port, args: ["build"], env: { NOTION_EDGE_URL: worker } });
}

/** @param {string} name @param {Record<string, string>} env */
async function build(name, env) {
  await buildSdk();
  const own = { ...process.env, ...QUIET, ...env };
  await run(`${name} could not be built`, "npm", ["run", "build", "--workspace", name], { cwd: root, env: own });
}

/**
 * @param {TestContext} t
 * @param {{ name: string, port: number, args: string[], env?: Record<string, string> }} site
 * @returns {Promise<Site>}
 */
async function serve(t, { name, port, args, env }) {
  const cwd = join(root, `examples-${name.toLowerCase()}`);
  const own = { ...process.env, ...QUIET, ...env, HOST: "127.0.0.1", PORT: `${port}` };
  const serving = await launch(process.execPath, args, { cwd, env: own });
  t.after(() => serving.stop());
  const url = `http://127.0.0.1:${port}`;
  await until(
    () => fetch(url).catch(() => undefined),
    () => `${name} at ${url}:\n${serving.output()}`,
  );
  return { name, url };
}
