/** The command `notion-edge`, which `bin/` begins. */
import { problemOf } from "./problem.ts";
import { run } from "./run.ts";
import { screenOver } from "./screen.ts";
import { type Variables, variablesIn } from "./settings.ts";

const ending = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  // The second one ends it at once.
  process.once(signal, () => ending.abort(new Error("interrupted")));
}
// What reads the output may end first, as `head` does.
process.stdout.on("error", () => process.exit(0));

const folder = process.cwd();
const variables = variablesOrEnd();
if (variables !== undefined) {
  process.exitCode = await run(process.argv.slice(2), {
    folder,
    variables,
    input: process.stdin,
    out: process.stdout,
    err: process.stderr,
    signal: ending.signal,
    now: Date.now,
  });
}

function variablesOrEnd(): Variables | undefined {
  try {
    return variablesIn(folder, process.env);
  } catch (error) {
    const problem = problemOf(error);
    if (problem === undefined) throw error;
    const isJson = process.argv.includes("--json");
    screenOver(process.stdout, process.stderr, { isJson, variables: process.env }).problem(problem);
    process.exitCode = problem.code;
    return undefined;
  }
}
