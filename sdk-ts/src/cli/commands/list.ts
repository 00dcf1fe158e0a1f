/** `notion-edge list`: the pages that readers are shown, newest first. */
import { type Command, InvalidArgumentError } from "commander";
import type { PageSummary } from "../../generated.ts";
import { type CommonOptions, type Context, clientFor, workerCommand } from "../context.ts";
import { idNamed } from "../page.ts";
import type { Style } from "../screen.ts";
import type { TargetOptions } from "../settings.ts";

interface Options extends CommonOptions, TargetOptions {
  dataSource?: string;
  parent?: string;
  limit?: number;
}

/** Wider paths push the title to the right. */
const PATH_WIDTH = 36;

export function list(context: Context): Command {
  return workerCommand("list", "list pages, newest first; with --json a line of JSON for each")
    .summary("list pages, newest first")
    .option("--data-source <id>", "the rows of this data source, by its id or its address in Notion")
    .option("--parent <id>", "what lies right under this page or database, named in the same way")
    .option("--limit <number>", "no more than these", countOf)
    .action(async ({ dataSource, parent, limit = Infinity, ...options }: Options) => {
      const { screen, signal } = context;
      let given = 0;
      for await (const page of clientFor(context, options).iteratePages({
        dataSourceId: dataSource === undefined ? undefined : idNamed(dataSource, "data source"),
        parentId: parent === undefined ? undefined : idNamed(parent, "parent"),
        signal,
      })) {
        screen.line(page, lineOf);
        given += 1;
        if (given >= limit) break;
      }
      if (given === 0 && !screen.isJson) screen.note("no pages");
    });
}

function lineOf({ path, title, last_edited_time }: PageSummary, style: Style): string {
  const day = style("dim", last_edited_time.slice(0, 10));
  return `${day}  ${path.padEnd(PATH_WIDTH)}  ${style("bold", title || "Untitled")}`;
}

function countOf(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw new InvalidArgumentError("it is no number of pages");
}
