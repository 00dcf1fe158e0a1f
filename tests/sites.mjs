/**
 * The example sites, built over a Worker and served until the test ends: Astro's as Cloudflare serves its files, SvelteKit's in Node.
 * Each is a copy of the example: what Astro has read of one Worker, and what it has built, is in no build of another test or run.
 */
import { cpSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { buildSdk } from "../local/build.mjs";
import { launch, run, tail } from "../local/launch.mjs";
import { anyPort, withPort } from "../local/ports.mjs";
import { folder, root, until } from "./harness.mjs";

/** @typedef {import("node:test").TestContext} TestContext */

const ASTRO = join(root, "node_modules/astro/bin/astro.mjs");
/** Not to be asked, nor to ask others. */
const QUIET = {
  ASTRO_TELEMETRY_DISABLED: "1",
  CI: "1",
  FORCE_COLOR: "0",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  WRANGLER_SEND_METRICS: "false",
};

/** What is made of an example, or surrounds it on this machine. */
const MADE = /^(node_modules|dist|build|\.(astro|svelte-kit|wrangler|env.*))$/;

/** A copy of an example, inside of the checkout, where its packages are found. @param {TestContext} t @param {"astro" | "sveltekit"} name */
export function copyOf(t, name) {
  const [from, copy] = [join(root, `examples-${name}`), folder(t, join(root, ".notion-edge"))];
  cpSync(from, copy, { recursive: true, filter: (path) => !MADE.test(basename(path)) });
  // A folder of its own: Astro keeps in there what it has read.
  mkdirSync(join(copy, "node_modules"));
  const packages = readdirSync(join(from, "node_modules")).filter((it) => !it.startsWith("."));
  for (const it of packages) symlinkSync(join(from, "node_modules", it), join(copy, "node_modules", it));
  return copy;
}

/** Astro's site. Its addresses begin with `https://site.example`. @param {string} cwd @param {string} worker @param {Record<string, string>} [env] */
export function buildAstro(cwd, worker, env = {}) {
  return build(ASTRO, cwd, { NOTION_EDGE_URL: worker, SITE_URL: "https://site.example", ...env });
}

/** @param {string} cwd @param {string} worker */
export function buildSvelteKit(cwd, worker) {
  return build(join(root, "node_modules/vite/bin/vite.js"), cwd, { NOTION_EDGE_URL: worker });
}

/** Has the checker of each framework look at an example, which is built. @param {{ astro: string, svelteKit: string }} folders @param {string} worker */
export async function checkTypes(folders, worker) {
  const env = { ...process.env, ...QUIET, NOTION_EDGE_URL: worker };
  const beside = join(root, "tests/typescript-beside.mjs");
  const check = (/** @type {string} */ cwd, /** @type {string[]} */ args) =>
    run(`${cwd} is not right`, process.execPath, args, { cwd, env });
  await Promise.all([
    check(folders.astro, ["--import", beside, ASTRO, "check", "--minimumFailingSeverity", "hint"]),
    check(folders.svelteKit, ["node_modules/svelte-check/bin/svelte-check", "--fail-on-warnings"]),
  ]);
}

/** @param {TestContext} t @param {string} cwd */
export function serveAstro(t, cwd) {
  const wrangler = join(root, "node_modules/wrangler/bin/wrangler.js");
  return serve(t, cwd, async (port) => {
    const inspector = `${await anyPort()}`;
    return { args: [wrangler, "dev", "--ip", "127.0.0.1", "--port", `${port}`, "--inspector-port", inspector] };
  });
}

/** Astro's site as it is while somebody works on it. @param {TestContext} t @param {string} cwd @param {string} worker */
export function developAstro(t, cwd, worker) {
  return serve(t, cwd, async (port) => {
    const args = [ASTRO, "dev", "--host", "127.0.0.1", "--port", `${port}`];
    return { args, env: { NOTION_EDGE_URL: worker } };
  });
}

/** @param {TestContext} t @param {string} cwd @param {string} worker @param {Record<string, string>} [env] */
export function serveSvelteKit(t, cwd, worker, env = {}) {
  return serve(t, cwd, async (port) => {
    const own = { HOST: "127.0.0.1", PORT: `${port}`, NOTION_EDGE_URL: worker, SITE_URL: `http://127.0.0.1:${port}` };
    return { args: ["build"], env: { ...own, ...env } };
  });
}

/** @param {string} bin @param {string} cwd @param {Record<string, string>} env */
async function build(bin, cwd, env) {
  await buildSdk();
  const own = { ...process.env, ...QUIET, ...env };
  await run("the site could not be built", process.execPath, [bin, "build"], { cwd, env: own });
}

/**
 * Serves a site until the test ends, and gives its address once it is served: by the site itself, which says it, and not by whoever
 * has got the port meanwhile.
 * @param {TestContext} t
 * @param {string} cwd
 * @param {(port: number) => Promise<{ args: string[], env?: Record<string, string> }>} commandAt
 */
function serve(t, cwd, commandAt) {
  return withPort(anyPort, async (port) => {
    const { args, env } = await commandAt(port);
    const serving = await launch(process.execPath, args, { cwd, env: { ...process.env, ...QUIET, ...env } });
    t.after(() => serving.stop());
    /** @type {string | undefined} */
    let outcome;
    void serving.ended.then((it) => (outcome = it));
    const said = () => {
      if (outcome !== undefined) throw new Error(`the site ended with ${outcome}:\n${tail(serving)}`);
      // Astro takes the next port where this one is taken.
      return /http:\/\/127\.0\.0\.1:\d+/.exec(serving.output())?.[0];
    };
    const url = await until(said, () => `the address of the site:\n${serving.output()}`);
    await until(() => fetch(url).catch(() => undefined), url);
    return url;
  });
}
