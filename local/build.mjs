/**
 * `npm run build`, and the builds that the other commands begin with: the Worker, the local servers, the package for Node,
 * the SDK. Of what is Rust, cargo and the xtask decide what is fresh; when nothing changed this costs a second.
 */
import { copyFileSync, cpSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe } from "./problem.mjs";
import { run, stopAll } from "./launch.mjs";
import { step } from "./report.mjs";
import { ensurePackages, ensureRust } from "./toolchain.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const NOTICED_MS = 2000;
const WASM = ["--target", "wasm32-unknown-unknown"];

/**
 * What `npm start` needs. What is wasm and what is native compile side by side: they share no folder of cargo's.
 * The xtask asks for the same wasm again, and finds it fresh.
 */
export async function buildStack() {
  const native = ["redis-gateway", "notion-sim", "xtask"].flatMap((name) => ["--bin", name]);
  const halves = ["reader", "exporter"].flatMap((half) => ["--package", `notion-edge-${half}`]);
  await Promise.all([
    cargo("Worker", ["build", "--lib", "--profile", "worker", ...WASM, ...halves]),
    cargo("gateway, sim and xtask", ["build", ...native]),
  ]);
  await cargo("bundle of the Worker", ["run", "--bin", "xtask", "--", "worker"]);
  copyWorker();
}

/** The built Worker as the package has it, which `notion-edge init` has wrangler deploy. */
function copyWorker() {
  const [from, to] = [join(root, "build"), join(root, "sdk-ts/worker")];
  if (newest(to) > newest(from)) return;
  rmSync(to, { recursive: true, force: true });
  cpSync(from, to, { recursive: true });
}

/** `pkg/`, which Node loads, and the copy of it that the SDK's exporter comes with. */
export async function buildPackage() {
  await cargo("package for Node", ["run", "--bin", "xtask", "--", "pkg"]);
  for (const file of ["notion_edge_bindings.js", "notion_edge_bindings_bg.wasm"]) {
    mkdirSync(join(root, "sdk-ts/core"), { recursive: true });
    copyFileSync(join(root, "pkg", file), join(root, "sdk-ts/core", file));
  }
}

/** The SDK's `dist/`, which whoever imports it gets: the example sites, a script in this checkout. */
export async function buildSdk() {
  const [dist, src] = ["dist", "src"].map((name) => newest(join(root, "sdk-ts", name)));
  if (Number(dist) > Number(src)) return;
  const args = ["run", "--silent", "build", "--workspace", "notion-edge"];
  const perform = () => run("the SDK could not be built", "npm", args, { cwd: root });
  await step("build SDK", perform, { noticedAfterMs: NOTICED_MS });
}

/** When something in a folder was written last, in ms; 0 where there is none. @param {string} folder @returns {number} */
function newest(folder) {
  try {
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
    return Math.max(0, ...files.map((file) => statSync(join(folder, file)).mtimeMs));
  } catch {
    return 0;
  }
}

/** @param {string} what @param {string[]} args */
function cargo(what, args) {
  const [verb, ...rest] = args;
  const perform = () => run(`the ${what} could not be built`, "cargo", [verb ?? "", "--quiet", ...rest], { cwd: root });
  return step(`build ${what}`, perform, { noticedAfterMs: NOTICED_MS });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => void stopAll());
  try {
    await Promise.all([ensurePackages(), ensureRust()]);
    await buildStack();
    await Promise.all([buildPackage(), buildSdk()]);
  } catch (error) {
    console.error(describe(error));
    process.exitCode = 1;
  }
}
