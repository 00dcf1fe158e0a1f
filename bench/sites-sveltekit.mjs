/**
 * The SvelteKit site of the package's quick start on a Node server, twice: with `notionHandle`, which keeps what is rendered, and with
 * a hook that only gives routes the client.
 */
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { run } from "../local/launch.mjs";
import { root } from "../local/parts.mjs";
import { anyPort } from "../local/ports.mjs";
import { start } from "./measure.mjs";

/** A site that serves. @typedef {{ name: string, pid: number, url: string, stop: () => Promise<void> }} Serving */

/** Where SvelteKit and its adapter are installed. */
const INSTALLED = join(root, "examples-sveltekit", "node_modules");

const HOOKS = {
  "with notionHandle": `
import { createClient } from "notion-edge";
import { notionHandle } from "notion-edge/sveltekit";
export const handle = notionHandle({ client: createClient({ url: process.env.NOTION_EDGE_URL, timeout: 5000 }) });`,
  without: `
import { createClient } from "notion-edge";
const client = createClient({ url: process.env.NOTION_EDGE_URL, timeout: 5000 });
export const handle = ({ event, resolve }) => {
  event.locals.notion = client;
  return resolve(event);
};`,
};

const FILES = {
  "package.json": '{ "private": true, "type": "module" }',
  "vite.config.js": `
import adapter from "@sveltejs/adapter-node";
import { sveltekit } from "@sveltejs/kit/vite";
export default { plugins: [sveltekit({ adapter: adapter() })] };`,
  "src/app.html": `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8" />%sveltekit.head%</head>
  <body>%sveltekit.body%</body>
</html>`,
  "src/routes/[...path]/+page.server.js": `
import { error, redirect } from "@sveltejs/kit";
import { loadPage } from "notion-edge/sveltekit";
export const load = async ({ locals, url }) => {
  const { page } = await loadPage(locals.notion, url.pathname, { error, redirect });
  return { page, html: await locals.notion.getHtml(page.id) };
};`,
  "src/routes/[...path]/+page.svelte": `
<script>
  import "notion-edge/blocks.css";
  let { data } = $props();
</script>

<svelte:head>
  <title>{data.page.title}</title>
  <meta name="description" content={data.page.excerpt} />
</svelte:head>

<h1>{data.page.title}</h1>
<main class="ne-content">{@html data.html}</main>`,
};

/** Builds and starts both. @param {{ folder: string, worker: string }} options @returns {Promise<Serving[]>} */
export async function startSites({ folder, worker }) {
  /** @type {Serving[]} */
  const sites = [];
  for (const [name, hooks] of Object.entries(HOOKS)) {
    const site = join(folder, `kit-${sites.length}`);
    for (const [file, text] of Object.entries({ ...FILES, "src/hooks.server.js": hooks })) {
      mkdirSync(dirname(join(site, file)), { recursive: true });
      writeFileSync(join(site, file), text.trimStart());
    }
    symlinkSync(INSTALLED, join(site, "node_modules"));
    const vite = join(root, "node_modules/vite/bin/vite.js");
    await run("the SvelteKit site could not be built", process.execPath, [vite, "build"], { cwd: site });
    const address = `127.0.0.1:${await anyPort()}`;
    const [host = "", port = ""] = address.split(":");
    const env = { ...process.env, HOST: host, PORT: port, ORIGIN: `http://${address}`, NOTION_EDGE_URL: worker };
    const { pid, stop } = await start(process.execPath, [join(site, "build")], { env, reachable: address });
    sites.push({ name, pid, url: `http://${address}`, stop });
  }
  return sites;
}
