/**
 * `npm run build`, and the builds that the other commands begin with: the Worker, the local servers, the package for Node.
 * Cargo and the xtask decide what is fresh; when nothing changed this costs a second.
 */
import { fileURLToPath } from "node:url";
import { describe } from "./problem.mjs";
import { run, stopAll } from "./launch.mjs";
import { step } from "./report.mjs";
import { ensurePackages, ensureRust } from "./toolchain.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const NOTICED_MS = 2000;

/** What `npm start` needs. The two compile side by side: they share no folder of cargo's. */
export async function buildStack() {
  await cargo("xtask", ["build", "--package", "xtask"]);
  await Promise.all([
    cargo("Worker", ["run", "--package", "xtask", "--", "worker"]),
    cargo("gateway and sim", ["build", "--package", "redis-gateway", "--package", "notion-sim"]),
  ]);
}

/** `pkg/`, which Node loads. */
export function buildPackage() {
  return cargo("package for Node", ["run", "--package", "xtask", "--", "pkg"]);
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
    await buildPackage();
  } catch (error) {
    console.error(describe(error));
    process.exitCode = 1;
  }
}
