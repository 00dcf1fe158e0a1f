/** The client in every runtime that it is for: Node, Bun, Deno, workerd and a browser, over a real Worker. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { build } from "esbuild";
import { Miniflare } from "miniflare";
import { buildPackage, buildSdk } from "../../local/build.mjs";
import { exportAll } from "../../local/cron.mjs";
import { pageFor } from "../browser.mjs";
import { root, stackFor } from "../harness.mjs";

const run = promisify(execFile);

/** What each of them does. @param {string} url */
const program = (url) => `
  import { createClient } from "notion-edge";

  export async function read() {
    const notion = createClient({ url: "${url}" });
    const page = await notion.getPage("/little-auk-instruments");
    let pages = 0;
    for await (const _ of notion.iteratePages()) pages += 1;
    let events = 0;
    for await (const _ of notion.subscribe({ after: 0 })) if ((events += 1) === 3) break;
    const missing = await notion.getPage("/nowhere");
    const refused = await notion.listPages({ limit: 1000 }).catch((error) => error.name);
    return JSON.stringify([page.title, pages, events, missing, refused]);
  }`;

/** What it reads from Redis itself. @param {string} address */
const overRedis = (address) => `
  import { Redis } from "ioredis";
  import { createRedisClient } from "notion-edge/redis";
  import { ioredis } from "notion-edge/store";

  const redis = new Redis("${address}");
  const page = await createRedisClient({ transport: ioredis(redis) }).getPage("/little-auk-instruments");
  console.log(page.title);
  redis.disconnect();`;

test("the client reads in every runtime", async (t) => {
  await Promise.all([buildPackage(), buildSdk()]);
  const stack = await stackFor(t, { vars: { CORS_ORIGINS: "*" } });
  await exportAll(stack.worker, () => {});
  const folder = mkdtempSync(join(tmpdir(), "notion-edge-runtimes-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  await run("npm", ["pack", "--pack-destination", folder], { cwd: join(root, "sdk-ts") });
  writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }');
  const packages = ["bun@1", "deno@2", "ioredis@6", "./notion-edge-0.1.0.tgz"];
  await run("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", ...packages], { cwd: folder });
  writeFileSync(join(folder, "read.mjs"), program(stack.worker.url));
  writeFileSync(join(folder, "main.mjs"), 'import { read } from "./read.mjs";\nconsole.log(await read());');
  writeFileSync(join(folder, "redis.mjs"), overRedis(stack.redis?.address ?? ""));
  const { results } = /** @type {{ results: unknown[] }} */ (
    await (await fetch(`${stack.worker.url}/v1/pages?limit=100`)).json()
  );
  const wanted = JSON.stringify(["Little Auk Instruments", results.length, 3, null, "BadRequestError"]);

  const bin = (/** @type {string} */ name) => join(folder, "node_modules/.bin", name);
  for (const [name, command, ...args] of [
    ["Node", process.execPath],
    ["Bun", bin("bun")],
    ["Deno", bin("deno"), "run", "--allow-all", "--no-prompt"],
  ]) {
    await t.test(`${name}`, async () => {
      const { stdout } = await run(command ?? "", [...args, "main.mjs"], { cwd: folder, timeout: 60_000 });
      assert.equal(stdout.trim(), wanted);
      const redis = await run(command ?? "", [...args, "redis.mjs"], { cwd: folder, timeout: 60_000 });
      assert.equal(redis.stdout.trim(), "Little Auk Instruments");
    });
  }

  const bundle = async (/** @type {string} */ contents) => {
    const options = {
      bundle: true,
      write: false,
      format: /** @type {const} */ ("esm"),
      platform: /** @type {const} */ ("browser"),
    };
    const { outputFiles } = await build({ ...options, stdin: { contents, resolveDir: folder } });
    return outputFiles?.[0]?.text ?? "";
  };

  await t.test("workerd", async () => {
    const script = await bundle(
      'import { read } from "./read.mjs";\nexport default { fetch: async () => new Response(await read()) };',
    );
    const manifest = {
      mainModule: "main.js",
      modules: { "main.js": { type: /** @type {const} */ ("esm"), contents: script } },
    };
    const config = { name: "site", compatibilityDate: "2026-10-20", env: {}, manifest };
    const worker = new Miniflare({ workers: [{ config }] });
    try {
      assert.equal(await (await worker.dispatchFetch("http://site.example/")).text(), wanted);
    } finally {
      await worker.dispose();
    }
  });

  await t.test("Chromium", async (t) => {
    const script = await bundle('import { read } from "./read.mjs";\nwindow.read = read;');
    const server = createServer((request, response) => {
      const isScript = request.url === "/script.js";
      response.writeHead(200, { "content-type": isScript ? "text/javascript" : "text/html" });
      response.end(isScript ? script : '<!doctype html><script type="module" src="/script.js"></script>');
    });
    await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
    t.after(() => server.close());
    const page = await pageFor(t);
    const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
    await page.goto(`http://127.0.0.1:${port}/`);
    await page.waitForFunction("window.read !== undefined");
    assert.equal(await page.evaluate("window.read()"), wanted);
  });
});
