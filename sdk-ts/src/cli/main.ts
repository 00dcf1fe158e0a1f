#!/usr/bin/env node
/** The command `notion-edge`. */
import { run } from "./run.ts";
import { variablesIn } from "./settings.ts";

const ending = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => ending.abort(new Error("interrupted")));
// What reads the output may end first, as `head` does.
process.stdout.on("error", () => process.exit(0));

const folder = process.cwd();
process.exitCode = await run(process.argv.slice(2), {
  folder,
  variables: variablesIn(folder, process.env),
  out: process.stdout,
  err: process.stderr,
  signal: ending.signal,
  now: Date.now,
});
