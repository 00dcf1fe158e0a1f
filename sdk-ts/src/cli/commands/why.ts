/** `notion-edge why`: why a page is there for readers, or is not. */
import type { Command } from "commander";
import { type WhyAnswer, why as whyOf } from "../../doctor/index.ts";
import { type CommonOptions, type Context, fetchFor, workerCommand } from "../context.ts";
import { PAGE, assertNamed } from "../page.ts";
import { EXIT, Problem } from "../problem.ts";
import type { Style } from "../screen.ts";
import { type TargetOptions, doctorSettings } from "../settings.ts";

const HELP = `
It needs one of ADMIN_TOKENS, or the variables that tell where Redis is. Where
NOTION_TOKEN is among the variables, Notion is asked as well. It exits with 1
where readers do not get the page, or get an older one than stands in Notion.`;

export function why(context: Context): Command {
  return workerCommand("why", "say why a page is there for readers, or is not, and what to do")
    .summary("say why a page is there for readers, or is not")
    .argument("<page>", PAGE)
    .addHelpText("after", HELP)
    .action(async (page: string, options: CommonOptions & TargetOptions) => {
      assertNamed(page);
      const settings = { ...doctorSettings(options, context.variables), fetch: fetchFor(context) };
      const answer = await whyOf(page, settings).catch(asProblem);
      context.screen.result(answer, told);
      if (!answer.there || answer.isOutdated) context.exit(EXIT.wrong);
    });
}

/** What names no page, and that nobody can be asked, are told as a TypeError. */
function asProblem(error: unknown): never {
  throw error instanceof TypeError ? new Problem(error.message, EXIT.usage) : error;
}

function told({ there, isOutdated, reason, message, remedy }: WhyAnswer, style: Style): string {
  const mark = there && !isOutdated ? style("green", "✓") : there ? style("yellow", "!") : style("red", "✗");
  const line = `${mark} ${style("bold", reason.replaceAll("_", " "))}: ${message}`;
  return remedy === undefined ? line : `${line}\n  ${style("cyan", `→ ${remedy}`)}`;
}
