/**
 * `npm test`: sets up what is missing, then runs everything that checks the project, and says at the end what failed.
 * A failing check shows all it printed and stops nothing but what builds on it: one run tells all there is to mend.
 * With `--all` the slow suites run too. Until the packages are installed this runs on Node 20.
 */
import { fileURLToPath } from "node:url";
import { buildPackage, buildSdk, buildStack } from "./build.mjs";
import { ensureChromium } from "./chromium.mjs";
import { launch, stopAll } from "./launch.mjs";
import { describe } from "./problem.mjs";
import { ensureRedis } from "./redis.mjs";
import { dim, green, red, say, seconds, show, step } from "./report.mjs";
import { ensurePackages, ensureRust, isOldNode, rerun } from "./toolchain.mjs";

/**
 * @typedef {object} Check
 * @property {string} name
 * @property {string} command
 * @property {string[]} args
 * @property {Record<string, string>} [env] over this process's own
 */

const root = fileURLToPath(new URL("..", import.meta.url));
const WASM = [
  "notion-edge",
  "notion-edge-bindings",
  "notion-edge-core",
  "notion-edge-exporter",
  "notion-edge-reader",
].flatMap((name) => ["--package", name]);
const DENIED = ["--", "--deny", "warnings"];
/** What generates the SDK's types needs it: with it everywhere, and no package chosen by name, the core is compiled once. */
const SCHEMA = ["--features", "notion-edge-core/schema"];

/** One after the other: cargo lets only one of them at its folder at a time. */
const rust = [
  check("cargo fmt", "cargo fmt --all --check"),
  check("clippy", "cargo clippy --locked --all-targets", [...SCHEMA, ...DENIED]),
  check("clippy for wasm32", "cargo clippy --locked --release --target wasm32-unknown-unknown", [...WASM, ...DENIED]),
  check("cargo test", "cargo test --locked --no-fail-fast", SCHEMA),
];

const scripts = [
  check("prettier", "prettier --check --log-level warn **/*.{js,mjs,ts,css}"),
  check("types of local", "tsc --project local"),
  check("types of tests", "tsc --project tests"),
  check("types of bench", "tsc --project bench"),
];

const sdk = [
  check("generated types", "npm run --silent generate -- --check"),
  check("types of sdk-ts", "tsc --project sdk-ts"),
  check("sdk-ts tests", "npm test --silent --workspace sdk-ts --if-present"),
];

const system = [
  check("system tests", "node --test --test-reporter=spec --test-concurrency=2", [
    "tests/*.test.mjs",
    "tests/gateway/*.test.mjs",
  ]),
];
/** @type {Check[]} */
const slow = [
  { ...check("fuzz", "cargo test --locked fuzz", SCHEMA), env: { FUZZ_SECONDS: "60" } },
  { ...check("1,000 pages, 200 deaths", "cargo test --locked --test export scale", SCHEMA), env: { SEEDS: "200" } },
  { ...check("the end of 80 exports", "cargo test --locked --test export eta", SCHEMA), env: { SEEDS: "20" } },
  check("slow tests", "node --test --test-reporter=spec", ["tests/slow/*.test.mjs"]),
];

let passed = 0;
let failed = 0;

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.once(signal, () => stopAll().finally(() => process.exit(1)));
}
try {
  await setUp();
  if (isOldNode()) await rerun();
  await main(process.argv.includes("--all"));
} catch (error) {
  failed += 1;
  say(`${red("✗")} ${describe(error)}`);
}
await stopAll();
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

async function setUp() {
  const noticed = { noticedAfterMs: 2000 };
  await Promise.all([
    step("install npm packages", ensurePackages, noticed),
    step("install Rust", ensureRust, noticed),
    step("install Redis", ensureRedis, noticed),
    step("install Chromium", ensureChromium, noticed),
  ]);
}

/** @param {boolean} all */
async function main(all) {
  await buildStack();
  // The package and the SDK are built once, and before the system tests: those that import them run side by side.
  await Promise.all([inTurn(rust), inTurn([...scripts, ...sdk]), buildPackage(), buildSdk()]);
  await inTurn(system);
  if (all) await inTurn(slow);
}

/** @param {Check[]} checks */
async function inTurn(checks) {
  for (const it of checks) await perform(it);
}

/** @param {Check} check */
async function perform({ name, command, args, env }) {
  const start = Date.now();
  show(name, `… ${name}`);
  const running = await launch(command, args, { cwd: root, env: { ...process.env, FORCE_COLOR: "0", ...env } });
  const outcome = await running.ended;
  show(name, undefined);
  const counts = count(running.output());
  const isGood = outcome === "exit code 0" && counts.failed === 0;
  passed += counts.passed;
  failed += isGood ? 0 : Math.max(1, counts.failed);
  const told = counts.passed + counts.failed > 0 ? `, ${counts.passed} passed, ${counts.failed} failed` : "";
  say(`${isGood ? green("✓") : red("✗")} ${name} ${dim(`${seconds(Date.now() - start)}${told}`)}`);
  if (!isGood) say(`${running.output().trimEnd()}\n${name} ended with ${outcome}\n`);
}

/** The sums of what the test runners say: cargo's, Node's, Vitest's. @param {string} output */
function count(output) {
  const sum = (/** @type {RegExp} */ pattern) =>
    [...output.matchAll(pattern)].reduce((total, match) => total + Number(match[1]), 0);
  return {
    passed: sum(/^test result: .*? (\d+) passed/gm) + sum(/^ℹ pass (\d+)/gm) + sum(/^ +Tests .*?(\d+) passed/gm),
    failed: sum(/^test result: .*? (\d+) failed/gm) + sum(/^ℹ fail (\d+)/gm) + sum(/^ +Tests .*?(\d+) failed/gm),
  };
}

/** @param {string} name @param {string} line command and arguments without spaces in them @param {string[]} [more] */
function check(name, line, more = []) {
  const [command = "", ...args] = line.split(" ");
  return { name, command, args: [...args, ...more] };
}
