/** `notion-edge export`: runs the engine here, in Node, until the export is over. */
import { Argument, type Command } from "commander";
import type { ExportOptions, ExportResult } from "../../exporter/index.ts";
import type { ExportReport, Status } from "../../generated.ts";
import { type CommonOptions, type Context, commandOf, screenFor } from "../context.ts";
import { EXIT, Problem } from "../problem.ts";
import { type Seen, count, progressLine, progressText } from "../progress.ts";
import type { Screen, Style } from "../screen.ts";
import { duration } from "../time.ts";

interface Options extends CommonOptions {
  files?: string;
}

const JOBS = ["all", "changes", "page", "database"] as const;
type Job = (typeof JOBS)[number];

/** Between two lines where no line can be replaced. */
const LINE_MS = 10_000;

const HELP = `
It reads the variables of the Worker: NOTION_TOKEN, and UPSTASH_REDIS_REST_URL
with UPSTASH_REDIS_REST_TOKEN, or REDIS_URL.
Ctrl-C cancels the export; what is written stays.`;

export function exporting(context: Context): Command {
  return commandOf("export", "run an export here, in Node")
    .addArgument(new Argument("[job]", "what to look at").choices(JOBS).default("all"))
    .argument("[id]", "of the page, or of the database or one of its data sources")
    .option("--files <folder>", "copy the files that Notion hosts into this folder, as a static site serves them")
    .addHelpText("after", HELP)
    .action(async (job: Job, id: string | undefined, { files, ...options }: Options) => {
      const isOne = job === "page" || job === "database";
      if (isOne && id === undefined) throw new Problem(`name the ${job}: notion-edge export ${job} ID`, EXIT.usage);
      if (!isOne && id !== undefined) throw new Problem(`${job} takes no id`, EXIT.usage);
      const screen = screenFor(context, options);
      const { signal, variables } = context;
      // Only here is the core needed, which takes a while to load.
      const { createExporter, directory } = await import("../../exporter/index.ts");
      const exporter = createExporter({ variables, ...(files && { files: directory(files) }) });
      screen.progress("the export begins");
      const result = await perform(job, id ?? "", { ...teller(screen, context), signal }).catch((error: unknown) => {
        if (signal.aborted) throw new Problem("cancelled: what was written stays", EXIT.interrupted);
        throw error;
      });
      screen.progress(undefined);
      screen.result(result, told);
      if (result.state !== "complete" || result.errors.length > 0) context.exit(EXIT.wrong);

      function perform(job: Job, id: string, options: ExportOptions): Promise<ExportResult> {
        if (job === "all") return exporter.exportAll(options);
        if (job === "changes") return exporter.exportChanges(options);
        return job === "page" ? exporter.exportPage(id, options) : exporter.exportDatabase(id, options);
      }
    });
}

/** Shows how far it is: what was done, each second, and what waits, as often as the store is asked. */
function teller(screen: Screen, { now }: Context): Pick<ExportOptions, "onProgress" | "onStatus"> {
  let status: Status | undefined;
  let printedAt = now();
  const show = (seen: Seen) => {
    screen.progress(progressLine(seen, now()));
    if (screen.isLive || now() - printedAt < LINE_MS) return;
    printedAt = now();
    screen.note(progressText(seen, printedAt));
  };
  return {
    onProgress: ({ counts, state }: ExportReport) => state === "running" && show({ counts, status }),
    // Before the first commit the store tells of the export before.
    onStatus: (found) => (status = found.state === "exporting" ? found : undefined),
  };
}

function told({ number: it, state, counts, errors, duration: took }: ExportResult, style: Style): string {
  const isGood = state === "complete" && errors.length === 0;
  const head = `${isGood ? style("green", "✓") : style("red", "✗")} export ${it} is ${state}`;
  const withErrors = errors.length > 0 && state === "complete" ? ", with errors" : "";
  const { pages, containers, changed, requests, redis_commands: commands } = counts;
  return [
    `${head}${withErrors}  ${style("dim", duration(took))}`,
    `  ${count(pages, "page")} and ${count(containers, "database")} read, ${changed.toLocaleString("en")} changed`,
    style("dim", `  ${count(requests, "request")} to Notion, ${count(commands, "command")} of Redis`),
    ...errors.map(({ object, id, message }) => `  ${style("red", "✗")} ${object} ${id}: ${message}`),
  ].join("\n");
}
