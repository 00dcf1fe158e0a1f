/**
 * `npm run export -- all | changes | database ID | page ID`: builds what is missing, then is the package's `notion-edge export`.
 */
import { buildPackage, buildSdk } from "./build.mjs";
import { stopAll } from "./launch.mjs";
import { describe } from "./problem.mjs";
import { red, say, step } from "./report.mjs";
import { ensurePackages, ensureRust, isOldNode, rerun } from "./toolchain.mjs";

/** Built, and checked where it is written. */
const COMMAND = new URL("../sdk-ts/dist/cli/main.js", import.meta.url).href;
const NOTICED_MS = 2000;
const SIGNALS = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);

const end = () => void stopAll();
for (const signal of SIGNALS) process.once(signal, end);
try {
  await step("install npm packages", ensurePackages, { noticedAfterMs: NOTICED_MS });
  await step("install Rust", ensureRust, { noticedAfterMs: NOTICED_MS });
  await Promise.all([buildPackage(), buildSdk()]);
  if (isOldNode()) await rerun();
  else {
    // The command has signals of its own.
    for (const signal of SIGNALS) process.removeListener(signal, end);
    process.argv.splice(2, 0, "export");
    await import(COMMAND);
  }
} catch (error) {
  say(`${red("✗")} ${describe(error)}`);
  process.exitCode = 1;
}
