/** `notion-edge purge`: has the cache in front of the Worker forget. */
import type { Command } from "commander";
import { adminOf } from "../admin.ts";
import { type CommonOptions, type Context, workerCommand } from "../context.ts";
import { type TargetOptions, targetOf } from "../settings.ts";

const HELP = `
What exports change is purged without it.`;

export function purge(context: Context): Command {
  return workerCommand("purge", "have the cache in front of the Worker forget answers")
    .summary("have the cache forget answers")
    .argument("[tags...]", "as in Cache-Tag: lists, or page-ID; everything without any")
    .addHelpText("after", HELP)
    .action(async (tags: string[], options: CommonOptions & TargetOptions) => {
      const admin = adminOf(targetOf(options, context.variables, { opens: "admin" }), context.signal);
      context.screen.result(await admin.purge(tags), ({ purged, cache }, style) => {
        const what = purged === "everything" ? "everything" : purged.join(", ");
        const told = cache ? `purged ${what}` : `forgot ${what}; there is no Workers Cache in front of this Worker`;
        return `${style("green", "✓")} ${told}`;
      });
    });
}
