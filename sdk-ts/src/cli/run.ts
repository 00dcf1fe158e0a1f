/** One run of the command: from its arguments to its exit code. */
import { Command, CommanderError } from "commander";
import { exporting } from "./commands/export.ts";
import { get } from "./commands/get.ts";
import { purge } from "./commands/purge.ts";
import { status } from "./commands/status.ts";
import { sync } from "./commands/sync.ts";
import { tail } from "./commands/tail.ts";
import { types } from "./commands/types.ts";
import type { Context } from "./context.ts";
import { EXIT, type ExitCode, codeOf } from "./problem.ts";

const COMMANDS = [exporting, status, types, get, tail, purge, sync];

const HELP = `
Variables are read from the environment, .dev.vars and .env.

Exit codes: 0 all is well, 1 something is wrong, 2 arguments or settings make no sense, 3 no answer, 4 a token is missing or
wrong, 130 Ctrl-C.`;

/** Runs it, and gives the exit code. */
export async function run(args: readonly string[], world: Omit<Context, "exit">): Promise<ExitCode> {
  let code: ExitCode = EXIT.good;
  const context: Context = { ...world, exit: (given) => (code = given) };
  const program = new Command("notion-edge")
    .description("A copy of a Notion workspace at the edge: export it, look after it, and read it.")
    .addHelpText("after", HELP);
  for (const command of COMMANDS) program.addCommand(command(context));
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({
      writeOut: (text) => void world.out.write(text),
      writeErr: (text) => void world.err.write(text),
    });
  }
  try {
    await program.parseAsync(args, { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.good : EXIT.usage;
    if (world.signal.aborted) return EXIT.interrupted;
    const known = codeOf(error);
    if (known === undefined) throw error;
    world.err.write(`notion-edge: ${(error as Error).message}\n`);
    return known;
  }
}
