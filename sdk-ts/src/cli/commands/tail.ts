/** `notion-edge tail`: what happens, as it happens. */
import type { Command } from "commander";
import type { Told } from "../../events.ts";
import { type CommonOptions, type Context, clientFor, screenFor, workerCommand } from "../context.ts";
import type { Style } from "../screen.ts";
import type { TargetOptions } from "../settings.ts";

interface Options extends CommonOptions, TargetOptions {
  after?: string;
  exports?: boolean;
}

export function tail(context: Context): Command {
  return workerCommand("tail", "print events as they come, until Ctrl-C; with --json a line of JSON for each")
    .option(
      "--after <event>",
      "begin after this event, or this time in milliseconds since 1970; 0 begins with the first",
    )
    .option("--no-exports", "leave out what is told of exports")
    .action(async (options: Options) => {
      const screen = screenFor(context, options);
      for await (const told of clientFor(context, options).subscribe({
        after: options.after,
        signal: context.signal,
      })) {
        if (options.exports === false && told.type.startsWith("export.")) continue;
        screen.line(told, (it) => lineOf(it, screen.style));
      }
    });
}

function lineOf(told: Told, style: Style): string {
  if (!("ts" in told)) return style("yellow", "some events are lost: read the pages again");
  const time = new Date(told.ts).toISOString().slice(0, 19).replace("T", " ");
  const { data, type } = told;
  const what = "version" in data && "id" in data ? `${data.id}  version ${data.version}` : exportOf(data);
  const look =
    type === "page.deleted" || type === "export.failed" ? "red" : type.startsWith("page.") ? "green" : "cyan";
  return `${style("dim", time)}  ${style(look, type.padEnd(16))}  ${what}`;
}

function exportOf(data: Record<string, unknown>): string {
  const { number, job, counts } = data as { number?: number; job?: string; counts?: { changed?: number } };
  const changed = counts?.changed === undefined ? "" : `, ${counts.changed} pages changed`;
  return `export ${number ?? ""} ${job ?? ""}${changed}`.replaceAll(/ +/g, " ").trim();
}
