/** `notion-edge status`: how the export is doing. */
import type { Command } from "commander";
import type { Status } from "../../generated.ts";
import { pause } from "../../retry.ts";
import { type CommonOptions, type Context, clientFor, screenFor, workerCommand } from "../context.ts";
import { EXIT } from "../problem.ts";
import { progressLine } from "../progress.ts";
import type { Screen } from "../screen.ts";
import type { TargetOptions } from "../settings.ts";
import { ago, duration } from "../time.ts";

interface Options extends CommonOptions, TargetOptions {
  watch?: boolean;
}

const LOOK_MS = 2_000;

export function status(context: Context): Command {
  return workerCommand(
    "status",
    "how the export is doing; exits with 1 where it failed, holds pages back or has errors",
  )
    .option("--watch", "go on until the export is over")
    .action(async (options: Options) => {
      const client = clientFor(context, options);
      const screen = screenFor(context, options);
      let found = await client.getStatus(context);
      while (options.watch && found.state === "exporting") {
        screen.progress(progressLine(found, context.now()));
        await pause(LOOK_MS, context.signal);
        found = await client.getStatus(context);
      }
      screen.progress(undefined);
      screen.result(found, (it) => told(it, screen, context.now()));
      if (isBad(found)) context.exit(EXIT.wrong);
    });
}

/** Where `ACCESS` is `rule`, readers are told nothing but the state. */
function isBad({ state, held, errors }: Partial<Status>): boolean {
  return state === "failed" || Boolean(held) || (errors?.length ?? 0) > 0;
}

function told(found: Partial<Status> & Pick<Status, "state">, { style }: Screen, now: number): string {
  const { export: it, counts, last_run, held, errors, not_before } = found;
  const looks = { complete: "green", exporting: "cyan", failed: "red", empty: "yellow" } as const;
  const rows: [string, string][] = [["state", style(looks[found.state], found.state)]];
  if (found.pages !== undefined) rows.push(["pages", `${found.pages}, version ${found.version}`]);
  if (it) {
    const when = it.completed_at ? `completed ${ago(it.completed_at, now)}` : `began ${ago(it.started_at, now)}`;
    rows.push(["export", `${it.number}, ${it.job}${it.id === null ? "" : ` ${it.id}`}, ${when}`]);
  }
  if (counts) {
    rows.push(["so far", `${counts.pages} pages read, ${counts.changed} changed, ${counts.requests} Notion requests`]);
  }
  if (found.state === "exporting") rows.push(["progress", progressLine(found as Status, now)]);
  if (not_before) rows.push(["goes on", `in ${duration(Date.parse(not_before) - now)}`]);
  if (last_run) {
    const problem = last_run.problem === null ? "" : `: ${last_run.problem}`;
    rows.push(["last run", `${last_run.outcome} ${ago(last_run.at, now)}${problem}`]);
  } else if (counts) rows.push(["last run", style("yellow", "none yet: is the cron trigger on?")]);
  if (held) {
    const share = `${held.pages} of ${held.of} pages would go`;
    rows.push(["held", style("yellow", `${share}: POST /v1/exports/${held.export}/confirm lets them`)]);
  }
  for (const { object, id, message } of errors ?? []) rows.push(["error", style("red", `${object} ${id}: ${message}`)]);
  if (counts === undefined) rows.push(["", "one of PREVIEW_TOKENS or ADMIN_TOKENS is told more"]);
  return rows.map(([name, value]) => `${name.padEnd(9)} ${value}`).join("\n");
}
