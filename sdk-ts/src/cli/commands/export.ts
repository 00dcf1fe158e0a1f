/** `notion-edge export`: runs the engine here, in Node, until the export is over. */
import { Argument, type Command } from "commander";
import type { ExportOptions, ExportResult } from "../../exporter/index.ts";
import type { ExportReport, Status } from "../../generated.ts";
import { type CommonOptions, type Context, commandOf } from "../context.ts";
import { idNamed } from "../page.ts";
import { EXIT, Problem } from "../problem.ts";
import { type Seen, count, progressLine, progressText } from "../progress.ts";
import type { Style } from "../screen.ts";
import { duration } from "../time.ts";

interface Options extends CommonOptions {
  files?: string;
}

const JOBS = ["all", "changes", "page", "database"] as const;
type Job = (typeof JOBS)[number];

/** Between two lines where no line can be replaced. */
const LINE_MS = 10_000;
const SECOND_MS = 1_000;
const BEGINNING = "the export begins, or waits for a run of the Worker";

const HELP = `
It reads the variables of the Worker: NOTION_TOKEN, and UPSTASH_REDIS_REST_URL
with UPSTASH_REDIS_REST_TOKEN, or REDIS_URL.
Ctrl-C cancels the export; what is written stays.`;

export function exporting(context: Context): Command {
  return commandOf("export", "run an export here, in Node")
    .addArgument(new Argument("[job]", "what to look at").choices(JOBS).default("all"))
    .argument("[id]", "of the page, the database or one of its data sources; or its address in Notion")
    .option("--files <folder>", "copy the files that Notion hosts into this folder, as a static site serves them")
    .addHelpText("after", HELP)
    .action(async (job: Job, id: string | undefined, { files }: Options) => {
      const isOne = job === "page" || job === "database";
      if (isOne && id === undefined) throw new Problem(`name the ${job}: notion-edge export ${job} ID`, EXIT.usage);
      if (!isOne && id !== undefined) throw new Problem(`${job} takes no id`, EXIT.usage);
      const named = id === undefined ? "" : idNamed(id, job);
      const { screen, signal, variables } = context;
      // Only here is the core needed, which takes a while to load.
      const { createExporter, directory } = await import("../../exporter/index.ts");
      const exporter = createExporter({ variables, ...(files && { files: directory(files) }) });
      const result = await perform(job, named);
      screen.progress(undefined);
      screen.result(result, told);
      if (result.state !== "complete" || result.errors.length > 0) context.exit(EXIT.wrong);

      async function perform(job: Job, id: string): Promise<ExportResult> {
        const { end, ...telling } = teller(context);
        const options = { ...telling, signal };
        try {
          if (job === "all") return await exporter.exportAll(options);
          if (job === "changes") return await exporter.exportChanges(options);
          return await (job === "page" ? exporter.exportPage(id, options) : exporter.exportDatabase(id, options));
        } catch (error) {
          if (signal.aborted) throw new Problem("cancelled: what was written stays", EXIT.interrupted);
          if (error instanceof Error && error.name === "ExportStoppedError") await explain(context);
          throw error;
        } finally {
          end();
        }
      }
    });
}

/** Throws what Redis over HTTP has against being asked from here; the core, which speaks for readers too, does not tell. */
async function explain({ variables, signal }: Context): Promise<void> {
  const isFirst = Boolean(variables.UPSTASH_REDIS_REST_URL);
  const url = isFirst ? variables.UPSTASH_REDIS_REST_URL : variables.KV_REST_API_URL;
  const token = isFirst ? variables.UPSTASH_REDIS_REST_TOKEN : variables.KV_REST_API_TOKEN;
  if (!url || !token) return;
  const { checkRedis } = await import("../init/checks.ts");
  await checkRedis({ url, token }, signal);
}

/**
 * Shows how far it is: what was done, and what waits, as often as the store is asked; each second, since an export that holds back
 * for Notion's sake, or waits for another run, tells nothing meanwhile.
 */
function teller({ screen, now }: Context): Pick<ExportOptions, "onProgress" | "onStatus"> & { end(): void } {
  const begunAt = now();
  let seen: Seen | undefined;
  let printedAt = begunAt;
  const show = () => {
    const at = now();
    const took = duration(at - begunAt);
    screen.progress(seen === undefined ? `${BEGINNING}  ${took}` : `${progressLine(seen, at)}  ${took}`);
    if (screen.isLive || at - printedAt < LINE_MS) return;
    printedAt = at;
    screen.note(`${took}: ${seen === undefined ? BEGINNING : progressText(seen, at)}`);
  };
  const timer = setInterval(show, SECOND_MS);
  show();
  return {
    onProgress: ({ counts, state }: ExportReport) => {
      if (state !== "queued") seen = { counts, status: seen?.status };
    },
    // Before the first commit the store tells of the export before.
    onStatus: (status: Status) => {
      if (status.state === "exporting") seen = { counts: status.counts, status };
    },
    end: () => clearInterval(timer),
  };
}

function told({ number: it, state, counts, errors, duration: took }: ExportResult, style: Style): string {
  const isGood = state === "complete" && errors.length === 0;
  const verb = state === "failed" ? "has" : "is";
  const head = `${isGood ? style("green", "✓") : style("red", "✗")} export ${it} ${verb} ${state}`;
  const withErrors = errors.length > 0 && state === "complete" ? ", with errors" : "";
  const { pages, containers, changed, requests, redis_commands: commands } = counts;
  const isEmpty = it === 1 && isGood && pages + containers === 0;
  return [
    `${head}${withErrors}  ${style("dim", duration(took))}`,
    `  ${count(pages, "page")} and ${count(containers, "database")} read, ${changed.toLocaleString("en")} changed`,
    ...(isEmpty
      ? [style("yellow", "  is anything shared with the connection, and in ROOTS? `npx notion-edge doctor` looks")]
      : []),
    style("dim", `  ${count(requests, "request")} to Notion, ${count(commands, "command")} of Redis`),
    ...errors.map(({ object, id, message }) => `  ${style("red", "✗")} ${object} ${id}: ${message}`),
  ].join("\n");
}
