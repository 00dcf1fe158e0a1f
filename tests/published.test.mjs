/** The package as it is packed: what tools say of it, what it holds, and how large the client is in a site's bundle. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { before, test } from "node:test";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { buildPackage, buildSdk } from "../local/build.mjs";
import { root } from "./harness.mjs";

const sdk = join(root, "sdk-ts");
const run = promisify(execFile);

/** Bytes, compressed, that the client may have in a bundle. It had 5,825 in November 2026. */
const MOST_BYTES = 6_000;

before(async () => {
  await Promise.all([buildPackage(), buildSdk()]);
});

test("publint finds nothing", async () => {
  const { stdout } = await run(join(root, "node_modules/.bin/publint"), [sdk, "--strict"]);
  assert.match(stdout, /All good!/);
});

test("types are found by every resolution of ES modules", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "notion-edge-pack-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const { stdout: packed } = await run("npm", ["pack", "--json", "--pack-destination", folder], { cwd: sdk });
  const [{ filename, files }] = JSON.parse(packed);
  await run(join(root, "node_modules/.bin/attw"), [
    join(folder, filename),
    "--profile",
    "esm-only",
    "--format",
    "ascii",
  ]);
  const paths = files.map((/** @type {{ path: string }} */ file) => file.path);
  for (const needed of [
    "README.md",
    "dist/index.js",
    "bin/notion-edge.js",
    "dist/cli/main.js",
    "core/notion_edge_bindings_bg.wasm",
  ]) {
    assert.ok(paths.includes(needed), needed);
  }
  assert.deepEqual(
    paths.filter((/** @type {string} */ path) => /(^|\/)(test|scripts|src)\//.test(path)),
    [],
  );
});

test("npm links the command in a checkout in which nothing is built, and it says so", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "notion-edge-checkout-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const { bin, version, type } = JSON.parse(readFileSync(join(sdk, "package.json"), "utf8"));
  mkdirSync(join(folder, "sdk-ts"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, workspaces: ["sdk-ts"] }));
  writeFileSync(join(folder, "sdk-ts/package.json"), JSON.stringify({ name: "notion-edge", version, type, bin }));
  cpSync(join(sdk, "bin"), join(folder, "sdk-ts/bin"), { recursive: true });
  await run("npm", ["install", "--offline", "--no-audit", "--no-fund"], { cwd: folder });
  const command = join(folder, "node_modules/.bin/notion-edge");
  // It is begun by whichever Node comes first.
  const env = { ...process.env, PATH: `${dirname(process.execPath)}:${process.env.PATH}` };
  await assert.rejects(run(command, ["--version"], { env }), { code: 2, stderr: /not built yet: run `npm run build`/ });
  const { stdout } = await run(join(sdk, "bin/notion-edge.js"), ["--version"], { env });
  assert.equal(stdout.trim(), version);
});

test("the client has no dependencies, and is small in a bundle", async () => {
  const bundle = async (/** @type {string} */ contents) => {
    const options = {
      bundle: true,
      minify: true,
      write: false,
      format: /** @type {const} */ ("esm"),
      platform: /** @type {const} */ ("browser"),
    };
    const { outputFiles } = await build({ ...options, stdin: { contents, resolveDir: root } });
    return gzipSync(outputFiles?.[0]?.contents ?? "").length;
  };
  const size = await bundle('export { createClient } from "notion-edge"');
  assert.ok(size <= MOST_BYTES, `${size} bytes`);
  const guard = await bundle('export { isUnavailableError } from "notion-edge"');
  assert.ok(guard < 500, `what is not used is left out: ${guard} bytes`);
  const { dependencies } = JSON.parse(readFileSync(join(sdk, "package.json"), "utf8"));
  for (const name of Object.keys(dependencies)) {
    assert.ok(!readFileSync(join(sdk, "dist/client.js"), "utf8").includes(name), name);
  }
});
