/** `notion-edge doctor`: what is wrong with a set-up, and what to do. */
import type { Command } from "commander";
import { type Finding, diagnose } from "../../doctor/index.ts";
import { type CommonOptions, type Context, workerCommand } from "../context.ts";
import { EXIT } from "../problem.ts";
import type { Style } from "../screen.ts";
import { type TargetOptions, doctorSettings } from "../settings.ts";

const HELP = `
It looks from outside and changes nothing. With the Worker's address and one of
ADMIN_TOKENS it asks the Worker; where the variables tell of Notion and Redis,
as beside wrangler.toml, it asks these as well. It exits with 1 where something
is wrong; warnings are no such thing.`;

const MARKS = { ok: ["green", "✓"], warning: ["yellow", "!"], problem: ["red", "✗"], skipped: ["dim", "–"] } as const;
const NAME = 16;

export function doctor(context: Context): Command {
  return workerCommand("doctor", "say what is wrong with a set-up, and what to do; with --json a line for each finding")
    .summary("say what is wrong with a set-up, and what to do")
    .addHelpText("after", HELP)
    .action(async (options: CommonOptions & TargetOptions) => {
      const { screen, signal } = context;
      let problems = 0;
      screen.progress("looking …");
      for await (const finding of diagnose(doctorSettings(options, context.variables))) {
        signal.throwIfAborted();
        if (finding.status === "problem") problems += 1;
        screen.line(finding, told);
      }
      screen.progress(undefined);
      if (problems > 0) context.exit(EXIT.wrong);
    });
}

function told({ check, status, message, remedy }: Finding, style: Style): string {
  const [look, mark] = MARKS[status];
  const name = check.replaceAll("_", " ").padEnd(NAME);
  const line = `${style(look, mark)} ${name}${status === "skipped" ? style("dim", message) : message}`;
  return remedy === undefined ? line : `${line}\n${" ".repeat(NAME + 2)}${style("cyan", `→ ${remedy}`)}`;
}
