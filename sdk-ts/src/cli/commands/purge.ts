/** `notion-edge purge`: has the cache in front of the Worker forget. */
import type { Command } from "commander";
import { adminOf } from "../admin.ts";
import { type CommonOptions, type Context, screenFor, workerCommand } from "../context.ts";
import { type TargetOptions, targetOf } from "../settings.ts";

export function purge(context: Context): Command {
  return workerCommand("purge", "have the cache in front of the Worker forget answers; exports purge what they change")
    .argument("[tags...]", "tags as in Cache-Tag, such as lists or the id of a page; everything without any")
    .action(async (tags: string[], options: CommonOptions & TargetOptions) => {
      const admin = adminOf(targetOf(options, context.variables, { isAdmin: true }), context.signal);
      screenFor(context, options).result(await admin.purge(tags), ({ purged, cache }) => {
        const what = purged === "everything" ? "everything" : purged.join(", ");
        return cache ? `purged ${what}` : `forgot ${what}; there is no Workers Cache in front of this Worker`;
      });
    });
}
