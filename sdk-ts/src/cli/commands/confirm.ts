/** `notion-edge confirm`: lets the pages go that an export holds back. */
import { type Command, InvalidArgumentError } from "commander";
import { adminOf } from "../admin.ts";
import { type CommonOptions, type Context, workerCommand } from "../context.ts";
import { type TargetOptions, targetOf } from "../settings.ts";

export function confirm(context: Context): Command {
  return workerCommand("confirm", "let the pages go that an export holds back, as `status` says")
    .summary("let the pages go that an export holds back")
    .argument("<export>", "its number", numberOf)
    .action(async (number: number, options: CommonOptions & TargetOptions) => {
      const admin = adminOf(targetOf(options, context.variables, { opens: "admin" }), context.signal);
      const answer = await admin.confirm(number);
      context.screen.result(
        answer,
        (_, style) => `${style("green", "✓")} the next run lets the pages go that export ${number} holds back`,
      );
    });
}

function numberOf(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new InvalidArgumentError("it is the number of an export, as `status` says");
}
