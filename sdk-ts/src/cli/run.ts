/** One run of the command: from its arguments to its exit code. */
import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { COMMANDS } from "./commands/index.ts";
import { completion } from "./commands/completion.ts";
import type { Context } from "./context.ts";
import { screenOver } from "./screen.ts";
import { EXIT, type ExitCode, Problem, problemOf } from "./problem.ts";

const HELP = `
Variables are read from the environment, .dev.vars, .env, and [vars] of
wrangler.toml, the first of them that has it. Results go to the standard
output, everything else to the standard error. NO_COLOR is minded.

Exit codes:
  0    all is well
  1    something is wrong: an export with errors, a page that is not there
  2    arguments or settings make no sense
  3    no answer from the Worker, Redis or Notion
  4    a token is missing or wrong
  130  interrupted`;

/** Runs it, and gives the exit code. */
export async function run(args: readonly string[], world: Omit<Context, "exit" | "screen">): Promise<ExitCode> {
  let code: ExitCode = EXIT.good;
  const isJson = args.includes("--json");
  const screen = screenOver(world.out, world.err, { isJson, variables: world.variables });
  const context: Context = { ...world, screen, exit: (given) => (code = given) };
  try {
    const program = programOf(context);
    refuseUnknownHelp(program, args);
    await program.parseAsync(args, { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.good : EXIT.usage;
    const problem = problemOf(error);
    // Who pressed Ctrl-C knows; what is left behind by that a command says itself.
    if (world.signal.aborted && problem?.code !== EXIT.interrupted) {
      screen.progress(undefined);
      return EXIT.interrupted;
    }
    if (problem === undefined) throw error;
    screen.problem(problem);
    return problem.code;
  }
}

/** Commander ends its own sentence before the one of the option. */
function inOneSentence(message: string): string {
  const told = message.replace(/^error: /, "").replace(/^command-argument value /, "");
  return told.replace(/(?<= is invalid[^.]*)\. (?=[a-z])/, ": ");
}

/** Asked for the help of no command, commander prints its own, and does not say that there is none. */
function refuseUnknownHelp({ commands }: Command, [first, name = "help"]: readonly string[]): void {
  if (first !== "help" || name === "help" || name.startsWith("-")) return;
  if (commands.some((it) => it.name() === name)) return;
  throw new Problem(`unknown command '${name}'`, EXIT.usage);
}

/** The same from `src` and from `dist`. */
function versionOf(): string {
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  return version;
}

/** The program with all its commands. */
function programOf(context: Context): Command {
  const { out, err } = context;
  const program = new Command("notion-edge")
    .description("A copy of a Notion workspace at the edge: export it, look after it, and read it.")
    .version(versionOf(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .helpCommand("help [command]", "print help for a command")
    .addHelpText("after", HELP);
  for (const command of COMMANDS) program.addCommand(command(context));
  completion(program);
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({
      writeOut: (text) => void out.write(text),
      writeErr: (text) => void err.write(text),
      outputError: (text, write) => {
        const problem = new Problem(inOneSentence(text.trim()), EXIT.usage);
        if (text.startsWith("error: ")) context.screen.problem(problem);
        else write(text);
      },
    });
    command.showHelpAfterError(false);
  }
  return program;
}
