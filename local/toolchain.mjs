/**
 * The compilers: Rust as rust-toolchain.toml pins it, the npm packages of the lock file, and Node 24 from one of them.
 * Everything is looked at before it is touched, so that a complete checkout costs milliseconds and needs no network.
 * Runs on Node 20 with nothing installed.
 */
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Problem } from "./problem.mjs";
import { launch, run } from "./launch.mjs";
import { onPath } from "./system.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const NODE = 24;

/** Installs the toolchain with its target and components, as far as they are missing. */
export async function ensureRust() {
  if (onPath("cargo") === undefined) throw new Problem("cargo is missing: install Rust from https://rustup.rs");
  // A cargo that is not rustup's brings what its package brings; what it lacks, the build will say.
  if (onPath("rustup") === undefined) return;
  const file = readFileSync(join(root, "rust-toolchain.toml"), "utf8");
  const channel = /^channel = "(.+)"$/m.exec(file)?.[1] ?? "stable";
  const components = list(file, "components");
  const targets = list(file, "targets");
  const installed = await launch("rustup", ["component", "list", "--installed", "--toolchain", channel]);
  const complete = (await installed.ended) === "exit code 0" && has(installed.output(), [...components, ...targets]);
  if (complete) return;
  const parts = [...components.flatMap((it) => ["--component", it]), ...targets.flatMap((it) => ["--target", it])];
  const args = ["toolchain", "install", channel, "--profile", "minimal", "--no-self-update", ...parts];
  await run(`Rust ${channel} could not be installed`, "rustup", args, { cwd: root });
}

/** Installs the packages of the lock file, unless they are there. */
export async function ensurePackages() {
  if (installedAsLocked()) return;
  // npm would otherwise run under the Node in node_modules, which it is about to replace.
  const own = join(root, "node_modules/.bin");
  const path = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== own);
  const env = { ...process.env, PATH: path.join(delimiter) };
  await run("the npm packages could not be installed", "npm", ["ci", "--no-audit", "--no-fund"], { cwd: root, env });
}

/** Whether this process should be run again by the Node that is among the packages. */
export function isOldNode() {
  return Number(process.versions.node.split(".")[0]) < NODE;
}

/** Runs this process's script again, under the Node that is among the packages. @returns {Promise<never>} */
export function rerun() {
  const own = join(root, "node_modules/.bin");
  const env = { ...process.env, PATH: `${own}${delimiter}${process.env.PATH}`, NOTION_EDGE_RERUN: "1" };
  const child = spawn(join(own, "node"), process.argv.slice(1), { stdio: "inherit", env });
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    // From here on the child decides how everything ends, and this process ends with it.
    process.removeAllListeners(signal);
    process.on(signal, () => child.kill(signal));
  }
  return new Promise(() => child.once("exit", (code) => process.exit(code ?? 1)));
}

/** Compares what npm noted about node_modules with the lock file. */
function installedAsLocked() {
  const note = join(root, "node_modules/.package-lock.json");
  if (!existsSync(note)) return false;
  const installed = JSON.parse(readFileSync(note, "utf8")).packages;
  const locked = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
  return Object.entries(locked).every(([path, entry]) => {
    if (!path.startsWith("node_modules/") && !path.includes("/node_modules/")) return true;
    const found = installed[path];
    if (found === undefined) return entry.optional === true || entry.devOptional === true;
    return found.version === entry.version && found.integrity === entry.integrity;
  });
}

/** @param {string} toml @param {string} key @returns {string[]} */
function list(toml, key) {
  const items = new RegExp(`^${key} = \\[(.*)\\]$`, "m").exec(toml)?.[1] ?? "";
  return [...items.matchAll(/"([^"]+)"/g)].map((match) => match[1] ?? "");
}

/** @param {string} listed a line like `rust-std-wasm32-unknown-unknown` each @param {string[]} names */
function has(listed, names) {
  const lines = listed.split("\n");
  return names.every((name) => lines.some((line) => line.startsWith(name) || line.startsWith(`rust-std-${name}`)));
}
