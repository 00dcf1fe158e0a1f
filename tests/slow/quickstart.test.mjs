/** The READMEs to the letter: quick starts in empty projects, and copies of the examples, with the package as it is packed. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { buildPackage, buildSdk } from "../../local/build.mjs";
import { exportAll } from "../../local/cron.mjs";
import { launch } from "../../local/launch.mjs";
import { anyPort } from "../../local/ports.mjs";
import { root, stackFor, until } from "../harness.mjs";

/** @typedef {import("node:test").TestContext} TestContext */

const run = promisify(execFile);
const readme = readFileSync(join(root, "sdk-ts/README.md"), "utf8");

/** What `npx sv create` makes of a project, for a Node server: it is of SvelteKit 2 still, and has no types of Node. */
const SVELTEKIT = {
  "@sveltejs/adapter-node": "5.5.7",
  "@sveltejs/kit": "2.70.4",
  "@sveltejs/vite-plugin-svelte": "7.3.1",
  svelte: "5.57.3",
  "svelte-check": "4.7.8",
  typescript: "6.0.3",
  vite: "8.3.8",
};
/** Its files. */
const CREATED = {
  "src/app.html": `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    %sveltekit.head%
  </head>
  <body>
    <div>%sveltekit.body%</div>
  </body>
</html>
`,
  "tsconfig.json": `{
  "extends": "./.svelte-kit/tsconfig.json",
  "compilerOptions": { "rewriteRelativeImportExtensions": true, "skipLibCheck": true, "strict": true, "moduleResolution": "bundler" }
}
`,
  "vite.config.ts": `import adapter from "@sveltejs/adapter-node";
import { sveltekit } from "@sveltejs/kit/vite";
import { defineConfig } from "vite";

export default defineConfig({ plugins: [sveltekit({ adapter: adapter() })] });
`,
};

const ASTRO = ["astro", "@astrojs/check", "typescript"];

/** What `npm create astro` gives a project for its types. */
const STRICT = '{ "extends": "astro/tsconfigs/strict", "include": [".astro/types.d.ts", "**/*"], "exclude": ["dist"] }';

/** What `npx astro add node` makes of the configuration. */
const ADAPTED = `import node from "@astrojs/node";
import { defineConfig } from "astro/config";

export default defineConfig({ adapter: node({ mode: "standalone" }) });
`;

/** The versions that the examples have. @param {string} example @param {string[]} names */
function versions(example, ...names) {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, example, "package.json"), "utf8"));
  return Object.fromEntries(names.map((name) => [name, { ...dependencies, ...devDependencies }[name]]));
}

test("the quick starts work as they are written", async (t) => {
  await Promise.all([buildPackage(), buildSdk()]);
  const stack = await stackFor(t);
  await exportAll(stack.worker, () => {});
  const folder = mkdtempSync(join(tmpdir(), "notion-edge-quickstart-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  await run("npm", ["pack", "--pack-destination", folder], { cwd: join(root, "sdk-ts") });
  const env = { ...process.env, NOTION_EDGE_URL: stack.worker.url, ASTRO_TELEMETRY_DISABLED: "1" };

  await t.test("anywhere", async () => {
    const project = await install(folder, "anywhere", {});
    const [code = ""] = blocks("Anywhere");
    write(project, "index.mjs", code.replace("http://127.0.0.1:8787", stack.worker.url));
    const { stdout } = await run(process.execPath, ["index.mjs"], { cwd: project });
    assert.match(stdout, /^Little Auk Instruments \d+ \d+$/m);
    assert.equal(stdout.trim().split("\n").length, 12, "the page and the posts");
    const { stdout: told } = await run("npx", ["notion-edge", "status"], { cwd: project, env });
    assert.match(told, /state +complete/);
  });

  await t.test("Astro", async () => {
    const project = await install(folder, "astro", versions("examples-astro", ...ASTRO));
    write(project, "tsconfig.json", STRICT);
    for (const [name, code] of files("Astro")) write(project, name, code);
    await run("npx", ["astro", "check"], { cwd: project, env });
    await run("npx", ["astro", "build"], { cwd: project, env });
    const html = readFileSync(join(project, "dist/little-auk-instruments/index.html"), "utf8");
    assert.match(html, /<h1>Little Auk Instruments<\/h1>/);
    assert.match(html, /class="ne-paragraph"/);
  });

  await t.test("Astro, on request", async (t) => {
    const project = await install(folder, "astro-live", {
      ...versions("examples-astro", ...ASTRO),
      ...versions(".", "@astrojs/node"),
    });
    write(project, "astro.config.mjs", ADAPTED);
    write(project, "tsconfig.json", STRICT);
    for (const [name, code] of files("Astro, on request")) write(project, name, code);
    await run("npx", ["astro", "check"], { cwd: project, env });
    await run("npx", ["astro", "build"], { cwd: project, env });
    await readsAlive(t, stack, { project, env, entry: "dist/server/entry.mjs" });
  });

  await t.test("SvelteKit", async (t) => {
    const project = await install(folder, "sveltekit", SVELTEKIT);
    for (const [name, text] of Object.entries(CREATED)) write(project, name, text);
    for (const [name, code] of files("SvelteKit")) write(project, name, code);
    await run("npx", ["svelte-kit", "sync"], { cwd: project, env });
    await run("npx", ["svelte-check", "--fail-on-warnings"], { cwd: project, env });
    await run("npx", ["vite", "build"], { cwd: project, env });
    await readsAlive(t, stack, { project, env, entry: "build" });
  });
});

test("a copy of each example is a site of its own", async (t) => {
  await Promise.all([buildPackage(), buildSdk()]);
  const stack = await stackFor(t);
  await exportAll(stack.worker, () => {});
  const folder = mkdtempSync(join(tmpdir(), "notion-edge-copies-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  await run("npm", ["pack", "--pack-destination", folder], { cwd: join(root, "sdk-ts") });
  const env = { ...process.env, NOTION_EDGE_URL: stack.worker.url, ASTRO_TELEMETRY_DISABLED: "1" };
  for (const example of ["examples-astro", "examples-sveltekit"]) {
    const project = join(folder, example);
    const isMade = (/** @type {string} */ path) => /^(node_modules|dist|build|\.\w[\w-]*)$/.test(basename(path));
    cpSync(join(root, example), project, { recursive: true, filter: (path) => !isMade(path) });
    const packed = join(folder, "notion-edge-0.1.0.tgz");
    await run("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", packed], { cwd: project });
    for (const script of ["types", "build", "check"]) {
      const { scripts } = JSON.parse(readFileSync(join(project, "package.json"), "utf8"));
      const command = script in scripts ? ["run", script] : ["exec", "notion-edge", script];
      await t.test(`${example}: ${script}`, async () => {
        await run("npm", command, { cwd: project, env });
      });
    }
  }
});

/**
 * That a site which renders on request shows a page, none that is not there, and an edit without a build.
 * @param {TestContext} t
 * @param {import("../../local/stack.mjs").Stack} stack
 * @param {{ project: string, env: Record<string, string | undefined>, entry: string }} site
 */
async function readsAlive(t, stack, { project, env, entry }) {
  const port = await anyPort();
  const options = { cwd: project, env: { ...env, PORT: `${port}`, HOST: "127.0.0.1" } };
  const site = await launch(process.execPath, [entry], options);
  t.after(() => site.stop());
  const address = `http://127.0.0.1:${port}/little-auk-instruments`;
  const text = async () => (await fetch(address).catch(() => undefined))?.text();
  const html = await until(text, "the site");
  assert.match(html, /<h1>Little Auk Instruments<\/h1>/);
  for (const nothing of [`${address}x`, `http://127.0.0.1:${port}/`]) assert.equal((await fetch(nothing)).status, 404);
  const { id } = /** @type {{ id: string }} */ (
    await (await fetch(`${stack.worker.url}/v1/pages/little-auk-instruments`)).json()
  );
  // Each site has an edit of its own.
  const news = `News from the sea for ${entry}`;
  const change = JSON.stringify({ type: "append_paragraph", parent: id, text: news });
  await fetch(`${stack.sim?.address}/_sim/changes`, { method: "POST", body: change });
  await stack.worker.scheduled();
  await until(async () => ((await text())?.includes(news) ? true : undefined), "the edit on the site");
}

/** A project with the packed package. @param {string} folder @param {string} name @param {Record<string, string>} dependencies */
async function install(folder, name, dependencies) {
  const project = join(folder, name);
  const packed = `file:${join(folder, "notion-edge-0.1.0.tgz")}`;
  const manifest = { private: true, type: "module", dependencies: { ...dependencies, "notion-edge": packed } };
  write(project, "package.json", JSON.stringify(manifest));
  await run("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline"], { cwd: project });
  return project;
}

/** @param {string} project @param {string} name @param {string} text */
function write(project, name, text) {
  mkdirSync(dirname(join(project, name)), { recursive: true });
  writeFileSync(join(project, name), text);
}

/** What stands under a heading of the third level. @param {string} heading */
function section(heading) {
  const from = readme.indexOf(`\n### ${heading}\n`);
  assert.notEqual(from, -1, heading);
  const rest = readme.slice(from + 5);
  return rest.slice(0, rest.search(/\n##/));
}

/** The code under a heading. @param {string} heading */
function blocks(heading) {
  return Array.from(section(heading).matchAll(/```\w+\n([\s\S]*?)```/g), ([, code = ""]) => code);
}

/** The files under a heading: each is named before its code. @param {string} heading @returns {[string, string][]} */
function files(heading) {
  const found = section(heading).matchAll(/`([^`\n]+)`:\n\n```\w+\n([\s\S]*?)```/g);
  return Array.from(found, ([, name = "", code = ""]) => [name, code]);
}
