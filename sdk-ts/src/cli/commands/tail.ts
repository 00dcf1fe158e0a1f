/** `notion-edge tail`: what happens, as it happens. */
import type { Command } from "commander";
import type { Client } from "../../client.ts";
import type { Told } from "../../events.ts";
import type { ExportEvent, PageEvent } from "../../generated.ts";
import { type CommonOptions, type Context, clientFor, workerCommand } from "../context.ts";
import { count } from "../progress.ts";
import type { Look, Style } from "../screen.ts";
import type { TargetOptions } from "../settings.ts";

interface Options extends CommonOptions, TargetOptions {
  after?: string;
  exports: boolean;
}

const WAITING = "waiting for what happens; Ctrl-C ends this";

/** What is older comes in large numbers: its pages are not asked for. */
const LIVE_MS = 60_000;

export function tail(context: Context): Command {
  return workerCommand("tail", "print events as they come, until Ctrl-C; with --json a line of JSON for each")
    .summary("print events as they come")
    .option("--after <event>", "begin after this event, or this time in ms since 1970; 0 is the beginning")
    .option("--no-exports", "leave out what is told of exports")
    .action(async ({ after, exports, ...options }: Options) => {
      const client = clientFor(context, options);
      const { screen, signal } = context;
      screen.progress(WAITING);
      // A subscription waits for a Worker that is away: who began one by hand may have mistaken the address.
      if (after !== undefined) await client.getEvents({ after, limit: 1, signal });
      for await (const told of client.subscribe({ after, signal })) {
        if (!exports && told.type.startsWith("export.")) continue;
        const isLive = "ts" in told && context.now() - told.ts < LIVE_MS;
        const path = isPage(told) && isLive && !screen.isJson ? await pathOf(client, told, signal) : undefined;
        screen.line(told, (it, style) => lineOf(it, path, style));
        screen.progress(WAITING);
      }
    });
}

function isPage(told: Told): told is PageEvent {
  return told.type.startsWith("page.");
}

/** Where the page is, unless it is there no more, or the Worker cannot tell now. */
async function pathOf(client: Client, { data: { id } }: PageEvent, signal: AbortSignal): Promise<string | undefined> {
  const page = await client.getPage(id, { fields: ["path"], signal }).catch(() => null);
  return page?.path;
}

const LOOKS: Partial<Record<Told["type"], Look>> = {
  "page.created": "green",
  "page.updated": "green",
  "page.deleted": "red",
  "page.expired": "red",
  "export.failed": "red",
};

function lineOf(told: Told, path: string | undefined, style: Style): string {
  if (!("ts" in told)) return style("yellow", "some events are lost: read the pages again");
  const time = new Date(told.ts).toISOString().slice(0, 19).replace("T", " ");
  const type = style(LOOKS[told.type] ?? "cyan", told.type.padEnd(16));
  const what = isPage(told) ? `${told.data.id} v${told.data.version}` : exportOf(told);
  return `${style("dim", time)}  ${type}  ${[what, path].filter((it) => it !== undefined).join(" ")}`;
}

/** What events tell of an export. */
interface ExportFacts {
  number: number;
  job: string;
  counts: { changed?: number };
  done: number;
  waiting: number;
}

function exportOf({ type, data }: ExportEvent): string {
  const { number: it, job, counts, done, waiting } = data as Partial<ExportFacts>;
  if (done !== undefined) return `${done} done, ${waiting ?? 0} waiting`;
  const changed =
    counts?.changed === undefined || type === "export.started" ? "" : `, ${count(counts.changed, "page")} changed`;
  return `export ${it ?? ""} ${job ?? ""}${changed}`.replaceAll(/ +/g, " ").trim();
}
