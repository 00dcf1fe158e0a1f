/** The house's rules about its own files, as far as no linter knows them. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "./harness.mjs";

const MOST_LINES = 600;
const TOP_LEVEL = [
  ["Cargo.lock", "Cargo.toml", "rust-toolchain.toml", "wrangler.toml", "package.json", "package-lock.json"],
  ["README.md", "ARCHITECTURE.md", "LICENSE"],
  ["src", "sdk-ts", "examples-astro", "examples-sveltekit", "local", "tests", "bench"],
].flat();

/** All files that git has, or would take. */
const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate"], {
  cwd: root,
  encoding: "utf8",
})
  .trim()
  .split("\n")
  .filter((path) => existsSync(join(root, path)))
  .map((path) => ({ path, read: () => readFileSync(join(root, path), "utf8") }));

const written = files.filter(
  ({ path }) => /\.(rs|lua|m?js|ts|css|svelte|astro|md|toml)$/.test(path) && !/generated/.test(path),
);
const rust = files.filter(({ path }) => path.endsWith(".rs"));

/** @param {{ path: string }[]} offenders */
function none(offenders) {
  assert.deepEqual(
    offenders.map(({ path }) => path),
    [],
  );
}

test("the top level holds nothing but what design and tools ask for", () => {
  const names = new Set(files.map(({ path }) => path.split("/")[0] ?? ""));
  assert.deepEqual(
    [...names].filter((name) => !name.startsWith(".") && !TOP_LEVEL.includes(name)),
    [],
  );
});

test("no file is longer than 600 lines", () => {
  none(written.filter(({ read }) => read().split("\n").length > MOST_LINES + 1));
});

test("every Rust file begins with what it decides", () => {
  none(rust.filter(({ read }) => !read().startsWith("//!")));
});

test("nothing outside tests unwraps", () => {
  none(
    rust
      .filter(({ path }) => /^(src|local)\//.test(path) && !/(^|\/)tests?(\/|\.rs$)/.test(path))
      .filter(({ read }) => /\.unwrap\(\)/.test(withoutTests(read()))),
  );
});

test("both sites look the same", () => {
  const [astro, svelte] = ["examples-astro/src/styles/site.css", "examples-sveltekit/src/site.css"].map((path) =>
    readFileSync(join(root, path), "utf8"),
  );
  assert.equal(svelte, astro);
});

test("no file names a folder of somebody's machine", () => {
  const home = /(?<![\w.])\/(home|root|Users)\/\w/;
  none(files.filter(({ path, read }) => path !== "tests/house.test.mjs" && home.test(read())));
});

test("the lock file names no registry", () => {
  assert.doesNotMatch(readFileSync(join(root, "package-lock.json"), "utf8"), /"resolved": "https?:/);
});

/** A Rust file without its comments and its test modules. @param {string} source */
function withoutTests(source) {
  return source.replace(/^#\[cfg\((any\()?test[^\n]*\nmod \w+ \{[\s\S]*?^\}/gm, "").replace(/^\s*\/\/.*$/gm, "");
}
