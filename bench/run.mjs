/**
 * `npm run bench`: measures every subject, side by side with what it is compared to; `npm run bench -- <subject>` that one.
 * A subject is a file beside this one. `--quick` takes less than a minute for each and tells less.
 * The tables are printed, and all there is to them written as JSON.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { stopAll } from "../local/launch.mjs";
import { describe } from "../local/problem.mjs";

const SUBJECTS = ["cpu", "engine", "gateway", "render", "serving", "sites", "store"];
/** More than this waits for a core already, before anything is measured. */
const BUSY = 0.5;
const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * What a subject's file exports as `measure`: it prints its tables through `say` and returns all it has seen.
 * @typedef {(options: { quick: boolean, say: (line: string) => void }) => Promise<object>} Measure
 */

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => void stopAll());
try {
  const { values, positionals } = parseArgs({ options: { quick: { type: "boolean" } }, allowPositionals: true });
  const unknown = positionals.find((name) => !SUBJECTS.includes(name));
  if (unknown !== undefined) throw new Error(`there is no ${unknown} to measure, only ${SUBJECTS.join(", ")}`);
  const [load = 0] = loadavg();
  if (load > BUSY)
    console.log(`this machine is busy with other things (load ${load.toFixed(1)}): all numbers will be low`);
  for (const subject of positionals.length > 0 ? positionals : SUBJECTS) {
    await measureOne(subject, { quick: values.quick ?? false, load });
  }
} catch (error) {
  console.error(describe(error));
  process.exitCode = 1;
}
await stopAll();

/** @param {string} subject @param {{ quick: boolean, load: number }} options */
async function measureOne(subject, { quick, load }) {
  const { measure } = /** @type {{ measure: Measure }} */ (await import(`./${subject}.mjs`));
  const seen = await measure({ quick, say: (line) => console.log(line) });
  const folder = join(root, ".notion-edge", "bench");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${subject}.json`);
  const machine = { cpus: cpus().length, model: cpus()[0]?.model, load, node: process.version };
  writeFileSync(file, JSON.stringify({ machine, ...seen }, undefined, 2));
  console.log(`\nall of it: ${relative(process.cwd(), file)}`);
}
