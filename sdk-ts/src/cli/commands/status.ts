/** `notion-edge status`: how the export is doing. */
import type { Command } from "commander";
import { commandLine } from "../../doctor/command.ts";
import type { Status } from "../../generated.ts";
import { pause } from "../../retry.ts";
import { type CommonOptions, type Context, clientOf, workerCommand } from "../context.ts";
import { EXIT } from "../problem.ts";
import { count, progressLine, progressText } from "../progress.ts";
import type { Style } from "../screen.ts";
import { type TargetOptions, targetOf } from "../settings.ts";
import { ago, duration } from "../time.ts";

interface Options extends CommonOptions, TargetOptions {
  watch?: boolean;
}

const LOOK_MS = 2_000;
/** Between two lines where no line can be replaced. */
const LINE_MS = 10_000;

const HELP = `
Exits with 1 where the export failed, holds pages back or has errors.`;

export function status(context: Context): Command {
  return workerCommand("status", "how the export is doing")
    .option("--watch", "go on until the export is over")
    .addHelpText("after", HELP)
    .action(async ({ watch = false, ...options }: Options) => {
      const { screen, signal, now, variables } = context;
      const client = clientOf(targetOf(options, variables, { opens: "status" }));
      let found: Known = await client.getStatus({ signal });
      let printedAt = now();
      while (watch && found.state === "exporting") {
        const seen = found.counts && { counts: found.counts, status: found as Status };
        if (seen) screen.progress(progressLine(seen, now()));
        if (seen && !screen.isLive && now() - printedAt >= LINE_MS) {
          printedAt = now();
          screen.note(progressText(seen, printedAt));
        }
        await pause(LOOK_MS, signal);
        found = await client.getStatus({ signal });
      }
      screen.progress(undefined);
      const { url } = targetOf(options, variables);
      const confirm = found.held ? commandLine(`confirm ${found.held.export}`, { url, variables }) : "";
      screen.result(found, (it, style) => told(it, style, { now: now(), confirm }));
      if (isBad(found)) context.exit(EXIT.wrong);
    });
}

/** Where `ACCESS` is `rule`, readers are told nothing but the state. */
type Known = Partial<Status> & Pick<Status, "state">;

function isBad({ state, held, errors }: Known): boolean {
  return state === "failed" || Boolean(held) || (errors?.length ?? 0) > 0;
}

const LOOKS = { complete: "green", exporting: "cyan", failed: "red", empty: "yellow" } as const;

function told(found: Known, style: Style, { now, confirm }: { now: number; confirm: string }): string {
  const { export: it, counts, last_run: run, held, errors, not_before } = found;
  const rows: [string, string][] = [["state", style(LOOKS[found.state], found.state)]];
  const add = (name: string, value: string) => rows.push([name, value]);
  if (found.pages !== undefined) add("pages", `${found.pages.toLocaleString("en")}, version ${found.version}`);
  if (found.pages === 0 && found.state === "complete") {
    add("", style("yellow", "is anything shared with the connection, and in ROOTS? `npx notion-edge doctor` looks"));
  }
  if (it) {
    const when = it.completed_at ? `completed ${ago(it.completed_at, now)}` : `began ${ago(it.started_at, now)}`;
    add("export", `${it.number}, ${it.job}${it.id === null ? "" : ` ${it.id}`}, ${when}`);
  }
  if (counts) {
    const { pages, changed, requests } = counts;
    add(
      "did",
      `${count(pages, "page")} read, ${changed.toLocaleString("en")} changed, ${count(requests, "request")} to Notion`,
    );
    if (found.state === "exporting") add("progress", progressLine({ counts, status: found as Status }, now));
  }
  if (not_before && Date.parse(not_before) > now) add("goes on", `in ${duration(Date.parse(not_before) - now)}`);
  if (run) {
    const look = run.outcome === "stopped" ? "red" : undefined;
    const text = `${run.outcome} ${ago(run.at, now)}${run.problem === null ? "" : `: ${run.problem}`}`;
    add("last run", look === undefined ? text : style(look, text));
  } else if (counts) add("last run", style("yellow", "none yet: is the cron trigger on?"));
  if (held) {
    add("held", style("yellow", `${held.pages} of ${held.of} pages would go: Notion does not show them any more`));
    add("", `${confirm} lets them go`);
  }
  for (const { object, id, message, at } of errors ?? []) {
    add("error", style("red", `${object} ${id}`));
    add("", `${message} ${style("dim", ago(at, now))}`);
  }
  if (counts === undefined) add("", "who has one of PREVIEW_TOKENS or ADMIN_TOKENS is told more");
  return rows.map(([name, value]) => `${style("dim", name.padEnd(9))} ${value}`).join("\n");
}
