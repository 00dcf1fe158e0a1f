/** Projects of Astro for tests: files in a folder, built as a site's developer builds them. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { launch } from "../local/launch.mjs";
import { root } from "./harness.mjs";

/** @typedef {import("node:test").TestContext} TestContext */

/** A project, gone with the test; inside of the checkout, where its packages are found. @param {TestContext} t @param {Record<string, string>} files */
export function project(t, files) {
  const folder = mkdtempSync(join(root, "tests", ".astro-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text.replace(/^ {4}/gm, "").trimStart());
  }
  return folder;
}

/** Builds it over a Worker. @param {string} folder @param {string} url */
export async function build(folder, url) {
  const env = { ...process.env, NOTION_EDGE_URL: url, ASTRO_TELEMETRY_DISABLED: "1" };
  const building = await launch(process.execPath, [join(root, "node_modules/astro/bin/astro.mjs"), "build"], {
    cwd: folder,
    env,
  });
  const outcome = await building.ended;
  assert.match(building.output(), /Complete!/, `${outcome}`);
}
