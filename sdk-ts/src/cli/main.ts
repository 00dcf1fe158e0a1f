/** The command `notion-edge`, which `bin/` begins. */
import { EXIT, Problem, problemOf } from "./problem.ts";
import { run } from "./run.ts";
import { screenOver } from "./screen.ts";
import { type Variables, variablesIn } from "./settings.ts";

const ending = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  // The second one ends it at once.
  process.once(signal, () => ending.abort(new Error("interrupted")));
}
process.stdout.on("error", ({ code, message }: NodeJS.ErrnoException) => {
  // What reads the output may end first, as `head` does.
  if (code === "EPIPE") process.exit(EXIT.good);
  tell(new Problem(`the output cannot be written: ${message}`));
  process.exit(EXIT.wrong);
});
// There is nowhere else to say it.
process.stderr.on("error", () => {});

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
    tell(problem);
    process.exitCode = problem.code;
    return undefined;
  }
}

function tell(problem: Problem): void {
  const isJson = process.argv.includes("--json");
  screenOver(process.stdout, process.stderr, { isJson, variables: process.env }).problem(problem);
}
