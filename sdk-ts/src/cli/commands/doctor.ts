/** `notion-edge doctor`: what is wrong with a set-up, and what to do. */
import type { Command } from "commander";
import { type Finding, diagnose } from "../../doctor/index.ts";
import { type CommonOptions, type Context, fetchFor, workerCommand } from "../context.ts";
import { EXIT } from "../problem.ts";
import { count } from "../progress.ts";
import type { Style } from "../screen.ts";
import { type TargetOptions, doctorSettings } from "../settings.ts";

const HELP = `
It looks from outside and changes nothing. With the Worker's address and one of
ADMIN_TOKENS it asks the Worker; where the variables tell of Notion and Redis,
as beside wrangler.toml, it asks these as well. It exits with 1 where something
is wrong; warnings are no such thing.`;

const MARKS = { ok: ["green", "✓"], warning: ["yellow", "!"], problem: ["red", "✗"], skipped: ["dim", "–"] } as const;
const NAME = 16;
/** Narrower terminals have what was found below what was looked at. */
const NARROW = 60;

export function doctor(context: Context): Command {
  return workerCommand("doctor", "say what is wrong with a set-up, and what to do; with --json a line for each finding")
    .summary("say what is wrong with a set-up, and what to do")
    .addHelpText("after", HELP)
    .action(async (options: CommonOptions & TargetOptions) => {
      const { screen, signal, out } = context;
      const found = { problem: 0, warning: 0, ok: 0, skipped: 0 };
      // What one step would bring several checks is said with the first of them.
      const remedies = new Set<string | undefined>();
      const width = out.isTTY === true ? out.columns : undefined;
      screen.progress("looking …");
      const settings = { ...doctorSettings(options, context.variables), fetch: fetchFor(context) };
      for await (const finding of diagnose(settings)) {
        signal.throwIfAborted();
        found[finding.status] += 1;
        const isAgain = finding.status === "skipped" && remedies.has(finding.remedy);
        remedies.add(finding.remedy);
        screen.line(finding, (it, style) => told(it, style, { width, isRemedyTold: isAgain }));
      }
      screen.progress(undefined);
      if (!screen.isJson) screen.note(`\n${summed(found)}`);
      if (found.problem > 0) context.exit(EXIT.wrong);
    });
}

interface Look {
  /** Of the terminal; nothing where there is none. */
  width: number | undefined;
  isRemedyTold: boolean;
}

function told({ check, status, message, remedy }: Finding, style: Style, { width, isRemedyTold }: Look): string {
  const [look, mark] = MARKS[status];
  const indent = (width ?? Infinity) < NARROW ? 2 : NAME + 2;
  const lines = (text: string) => wrapped(text, (width ?? Infinity) - indent).join(`\n${" ".repeat(indent)}`);
  const name = check.replaceAll("_", " ");
  const head = `${style(look, mark)} ${indent === 2 ? `${name}\n  ` : name.padEnd(NAME)}`;
  const line = `${head}${status === "skipped" ? style("dim", lines(message)) : lines(message)}`;
  if (remedy === undefined || isRemedyTold) return line;
  return `${line}\n${" ".repeat(indent)}${style("cyan", lines(`→ ${remedy}`))}`;
}

/** Lines of whole words, none of them wider where that can be. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const longer = `${lines.at(-1)} ${word}`;
    if (lines.length === 0 || longer.length > width) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}

function summed({ problem, warning, ok, skipped }: Record<Finding["status"], number>): string {
  const parts = [problem > 0 ? count(problem, "problem") : "no problem", warning > 0 ? count(warning, "warning") : ""];
  const wrong = parts.filter((part) => part !== "").join(", ");
  return `${wrong}; ${ok} in order${skipped > 0 ? `, ${skipped} not looked at` : ""}`;
}
