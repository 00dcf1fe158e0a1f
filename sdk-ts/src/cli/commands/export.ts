/** `notion-edge export`: runs the engine here, in Node, until the export is over. */
import type { Command } from "commander";
import { createExporter, directory } from "../../exporter/index.ts";
import type { ExportOptions, ExportResult } from "../../exporter/index.ts";
import type { Status } from "../../generated.ts";
import { type CommonOptions, type Context, commandOf, screenFor } from "../context.ts";
import { EXIT, Problem } from "../problem.ts";
import { progressLine, progressText } from "../progress.ts";
import { duration } from "../time.ts";

interface Options extends CommonOptions {
  files?: string;
}

/** Between two lines where no line can be replaced. */
const LINE_MS = 10_000;

const HELP = `
It reads the variables of the Worker: NOTION_TOKEN, and UPSTASH_REDIS_REST_URL with UPSTASH_REDIS_REST_TOKEN, or REDIS_URL.
Ctrl-C cancels the export; what is written stays.`;

export function exporting(context: Context): Command {
  return commandOf("export", "run an export here, in Node")
    .argument("[job]", "all, changes, page or database", "all")
    .argument("[id]", "of the page, or of the database or one of its data sources")
    .option("--files <folder>", "copy the files that Notion hosts into this folder, as a static site serves them")
    .addHelpText("after", HELP)
    .action(async (job: string, id: string | undefined, options: Options) => {
      const screen = screenFor(context, options);
      const { signal, variables } = context;
      const exporter = createExporter({ variables, ...(options.files && { files: directory(options.files) }) });
      let printedAt = context.now();
      const onStatus = (status: Status) => {
        const now = context.now();
        screen.progress(progressLine(status, now));
        if (screen.isLive || now - printedAt < LINE_MS) return;
        printedAt = now;
        screen.note(progressText(status, now));
      };
      const result = await run(job, id, { onStatus, signal });
      screen.progress(undefined);
      screen.result(result, (it) => told(it, screen.style));
      if (result.state !== "complete" || result.errors.length > 0) context.exit(EXIT.wrong);

      async function run(job: string, id: string | undefined, options: ExportOptions): Promise<ExportResult> {
        const isOne = job === "page" || job === "database";
        if (isOne && id === undefined) throw new Problem(`name the ${job}: notion-edge export ${job} ID`, EXIT.usage);
        if (!isOne && id !== undefined) throw new Problem(`${job} takes no id`, EXIT.usage);
        if (job === "all") return exporter.exportAll(options);
        if (job === "changes") return exporter.exportChanges(options);
        if (job === "page") return exporter.exportPage(id ?? "", options);
        if (job === "database") return exporter.exportDatabase(id ?? "", options);
        throw new Problem(`there is no job ${job}: it is all, changes, page or database`, EXIT.usage);
      }
    });
}

function told(result: ExportResult, style: (look: "green" | "red" | "dim", text: string) => string): string {
  const { number, state, counts, errors } = result;
  const isGood = state === "complete" && errors.length === 0;
  const { pages, containers, changed, requests, redis_commands: commands } = counts;
  const done = `${pages} pages and ${containers} databases read, ${changed} changed`;
  const cost = `${requests} Notion requests, ${commands} Redis commands`;
  return [
    ...errors.map(({ object, id, message }) => `${style("red", "✗")} ${object} ${id}: ${message}`),
    `${isGood ? style("green", "✓") : style("red", "✗")} export ${number} ${state}: ${done}, ${cost} ${style("dim", duration(result.duration))}`,
  ].join("\n");
}
