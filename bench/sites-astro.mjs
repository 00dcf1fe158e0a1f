/**
 * The same Astro site twice: a list, and a page for each row of a database with its HTML. One reads the Worker by `notionLoader`,
 * the other Notion by `@astro-notion/loader`, of the loaders for Notion on the registry the one that says it runs with this Astro.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { launch } from "../local/launch.mjs";
import { root } from "../local/parts.mjs";

/**
 * A site that is built.
 * @typedef {object} Site
 * @property {string} name
 * @property {string} folder
 * @property {Record<string, string>} env what its configuration reads
 */

/**
 * What a build took, in seconds.
 * @typedef {object} Build
 * @property {number} seconds
 * @property {number} loader of them, in the loader
 * @property {number} cpu of the processor
 * @property {number} pages that have content
 * @property {number} empty pages without any
 */

const PAGE = `---
import { getCollection, render } from "astro:content";
export async function getStaticPaths() {
  const pages = await getCollection("pages");
  return pages.map((page) => ({ params: { id: page.id }, props: { page } }));
}
const { page } = Astro.props;
const { Content } = await render(page);
const title = TITLE;
---
<html lang="en">
  <head><meta charset="utf-8" /><title>{title}</title></head>
  <body><h1>{title}</h1><main><Content /></main></body>
</html>`;

const LIST = `---
import { getCollection } from "astro:content";
const pages = await getCollection("pages");
---
<html lang="en">
  <head><meta charset="utf-8" /><title>All</title></head>
  <body><ul>{pages.map((page) => <li><a href={"/" + page.id + "/"}>{TITLE}</a></li>)}</ul></body>
</html>`;

/** Tells how long the loader has worked. */
const TIMED = `
const timed = (loader) => ({
  ...loader,
  async load(context) {
    const begun = performance.now();
    await loader.load(context);
    console.log("loaded in", performance.now() - begun, "ms");
  },
});`;

const OURS = `
import { defineCollection } from "astro:content";
import { createClient } from "notion-edge";
import { notionLoader } from "notion-edge/astro";
${TIMED}
const { WORKER, SOURCE, FILTER } = process.env;
const client = createClient({ url: WORKER });
const loader = notionLoader({ client, dataSourceId: SOURCE, filter: FILTER && JSON.parse(FILTER) });
export const collections = { pages: defineCollection({ loader: timed(loader) }) };`;

/**
 * Its client does not try again where Notion says "too many", and its pages are all asked for at once. What a careful user adds is
 * a \`fetch\` that does: four requests at a time, and all wait as long as Notion says. \`PLAIN\` leaves that away.
 */
const OTHER = `
import { notionLoader } from "@astro-notion/loader";
import { defineCollection } from "astro:content";
import { z } from "astro/zod";
import pLimit from "p-limit";
${TIMED}
const { NOTION, DATABASE, FILTER, PLAIN } = process.env;
const limit = pLimit(4);
let free = Promise.resolve();
const patient = (url, init) => limit(async () => {
  for (;;) {
    await free;
    const { signal, ...rest } = init;
    const answer = await fetch(url, rest);
    if (answer.status !== 429) return answer;
    await answer.arrayBuffer();
    const seconds = Number(answer.headers.get("retry-after") ?? 1);
    free = new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  }
});
const { schema, ...loader } = notionLoader({
  auth: "ntn_demo",
  baseUrl: NOTION,
  database_id: DATABASE,
  filter: FILTER && JSON.parse(FILTER),
  ...(PLAIN ? {} : { fetch: patient, timeoutMs: 2 ** 31 - 1 }),
});
export const collections = { pages: defineCollection({ loader: timed(loader), schema: z.looseObject({}) }) };`;

const CONFIG = `
process.once("exit", () => {
  const { user, system } = process.cpuUsage();
  console.log("used", (user + system) / 1e6, "s");
});
export default {};`;

/** @param {string} folder @param {Record<string, string>} env */
export function ownSite(folder, env) {
  return write({ name: "notion-edge", folder: join(folder, "own"), env }, OURS, "page.data.title");
}

/** @param {string} folder @param {Record<string, string>} env */
export function otherSite(folder, env) {
  const title = `page.data.properties.Name.title.map((it) => it.plain_text).join("")`;
  return write({ name: "@astro-notion/loader", folder: join(folder, "other"), env }, OTHER, title);
}

/** A folder for sites inside of the checkout, where their packages are found. */
export function siteFolder() {
  mkdirSync(join(root, ".notion-edge"), { recursive: true });
  return mkdtempSync(join(root, ".notion-edge", "sites-"));
}

/** @param {Site} site @param {string} config @param {string} title */
function write(site, config, title) {
  const files = {
    // Astro looks here for packages that are to be bundled since they import its modules.
    "package.json": JSON.stringify({ private: true, type: "module", dependencies: { [site.name]: "*" } }),
    "astro.config.mjs": CONFIG,
    "src/content.config.ts": config,
    "src/pages/[...id].astro": PAGE.replaceAll("TITLE", title),
    "src/pages/index.astro": LIST.replaceAll("TITLE", title),
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(site.folder, name)), { recursive: true });
    writeFileSync(join(site.folder, name), text.trimStart());
  }
  return site;
}

/** Forgets everything that builds keep. @param {Site} site */
export function forget({ folder }) {
  for (const name of ["node_modules", ".astro", "dist"]) rmSync(join(folder, name), { recursive: true, force: true });
}

/** Builds a site, with more variables than its own. @param {Site} site @param {Record<string, string>} [more] @returns {Promise<Build>} */
export async function build({ name, folder, env }, more = {}) {
  rmSync(join(folder, "dist"), { recursive: true, force: true });
  const begun = performance.now();
  const building = await launch(process.execPath, [join(root, "node_modules/astro/bin/astro.mjs"), "build"], {
    cwd: folder,
    env: { ...process.env, ASTRO_TELEMETRY_DISABLED: "1", ...env, ...more },
  });
  const outcome = await building.ended;
  const seconds = (performance.now() - begun) / 1000;
  const printed = building.output();
  if (!printed.includes("Complete!"))
    throw new Error(`the site of ${name} was not built (${outcome})\n${printed.slice(-2000)}`);
  const loader = Number(/loaded in ([\d.]+) ms/.exec(printed)?.[1]) / 1000;
  const cpu = Number(/used ([\d.]+) s/.exec(printed)?.[1]);
  const contents = pagesIn(join(folder, "dist")).map((file) => readFileSync(file, "utf8"));
  const empty = contents.filter((html) => /<main>\s*<\/main>/.test(html)).length;
  return { seconds, loader, cpu, pages: contents.length - empty, empty };
}

/** Whether a page of the site has these words. @param {Site} site @param {string} words */
export function has({ folder }, words) {
  return pagesIn(join(folder, "dist")).some((file) => readFileSync(file, "utf8").includes(words));
}

/** All but the list. @param {string} dist */
function pagesIn(dist) {
  if (!existsSync(dist)) return [];
  const files = readdirSync(dist, { recursive: true, encoding: "utf8" });
  return files.filter((file) => file.endsWith("/index.html")).map((file) => join(dist, file));
}
