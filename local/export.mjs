/**
 * `npm run export -- all | changes | database ID | page ID`: runs an export here, in Node, with the variables of the environment.
 * On a terminal it shows how far it is; elsewhere it prints a line every ten seconds, and at the end what it did.
 */
import { buildPackage, buildSdk } from "./build.mjs";
import { stopAll } from "./launch.mjs";
import { Problem, describe } from "./problem.mjs";
import { dim, green, isTerminal, red, say, seconds, show, step } from "./report.mjs";
import { ensurePackages, ensureRust, isOldNode, rerun } from "./toolchain.mjs";

/** @typedef {import("../sdk-ts/src/generated.ts").ExportReport} ExportReport */

const USAGE = `usage: npm run export -- all | changes | database ID | page ID

It reads the variables of the Worker from the environment: NOTION_TOKEN, and UPSTASH_REDIS_REST_URL with
UPSTASH_REDIS_REST_TOKEN, or REDIS_URL. Ctrl-C cancels the export; what was written stays.`;
/** Built, and checked where it is written. */
const EXPORTER = new URL("../sdk-ts/dist/exporter/index.js", import.meta.url).href;
/** Errors of the exporter that a person can act on. */
const TOLD = ["ConfigurationError", "ExportRefusedError", "ExportStoppedError"];
const LINE_MS = 10_000;
const NOTICED_MS = 2000;

const ending = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.once(signal, () => {
    ending.abort(new Problem("the export was cancelled"));
    void stopAll();
  });
}
try {
  await main(process.argv.slice(2));
} catch (error) {
  show("export", undefined);
  const isTold = error instanceof Error && TOLD.includes(error.name);
  say(`${red("✗")} ${isTold ? error.message : describe(error)}`);
  process.exitCode = 1;
}

/** @param {string[]} args */
async function main([job = "", id, ...rest]) {
  const needsId = job === "database" || job === "page";
  const isKnown = needsId || job === "all" || job === "changes";
  if (!isKnown || rest.length > 0 || (id !== undefined) !== needsId) {
    if (job === "--help") return console.log(USAGE);
    throw new Problem(USAGE);
  }
  await step("install npm packages", ensurePackages, { noticedAfterMs: NOTICED_MS });
  await step("install Rust", ensureRust, { noticedAfterMs: NOTICED_MS });
  await Promise.all([buildPackage(), buildSdk()]);
  if (isOldNode()) return rerun();

  const { createExporter } = await import(EXPORTER);
  const exporter = createExporter();
  const options = { onProgress: teller(), signal: ending.signal };
  const target = id ?? "";
  const result = await {
    all: () => exporter.exportAll(options),
    changes: () => exporter.exportChanges(options),
    database: () => exporter.exportDatabase(target, options),
    page: () => exporter.exportPage(target, options),
  }[/** @type {"all" | "changes" | "database" | "page"} */ (job)]();
  show("export", undefined);
  for (const { object, id, message } of result.errors) say(`${red("✗")} ${object} ${id}: ${message}`);
  const isGood = result.state === "complete" && result.errors.length === 0;
  say(`${isGood ? green("✓") : red("✗")} ${told(result)} ${dim(seconds(result.duration))}`);
  if (!isGood) process.exitCode = 1;
}

/** Shows how far the export is. */
function teller() {
  let last = Date.now();
  return (/** @type {ExportReport} */ report) => {
    if (isTerminal) return show("export", told(report));
    if (Date.now() - last < LINE_MS) return;
    last = Date.now();
    say(told(report));
  };
}

/** @param {ExportReport} report */
function told({ number, state, counts }) {
  const { pages, containers, changed, requests, redis_commands: commands } = counts;
  const done = `${pages} pages and ${containers} databases read, ${changed} changed`;
  return `export ${number} ${state}: ${done}, ${requests} Notion requests, ${commands} Redis commands`;
}
