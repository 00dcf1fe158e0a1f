/** Whether the export goes on: the cron trigger that wakes it, and what it says of itself. */
import type { Status } from "../generated.ts";
import { commandLine, exportLine, whyLine } from "./command.ts";
import type { Facts, Told } from "./facts.ts";
import { ok, problem, skipped, warning, type Found } from "./finding.ts";
import { giveMore, type Settled } from "./settings.ts";
import { ago, span } from "./span.ts";

const MINUTE_MS = 60_000;
/** A trigger may come so late, and some run may come too early to be noted. */
const PATIENCE_MS = 10 * MINUTE_MS;
/** So many ticks may be left out: one that meets another run, or comes too early, is not noted. */
const TICKS = 3;
/** An export that did nothing for so long, although it could have, is stuck. */
const STANDSTILL_MS = 15 * MINUTE_MS;
const MOST_ERRORS = 3;

const TRIGGER =
  'wrangler.toml needs `[triggers]` with `crons = ["* * * * *"]`; then `npx wrangler deploy`, and look at Settings, Trigger Events, of the Worker in Cloudflare\'s dashboard; a new trigger takes some minutes';

/** Whether the cron trigger fires. */
export async function checkCron(facts: Facts): Promise<Found[]> {
  const told = await facts.status();
  const worker = told?.status.worker;
  if (told === undefined || !worker)
    return [skipped("when the Worker was last woken is not known", giveMore(facts.settings))];
  const now = facts.settings.now() + (told.clockOffset ?? 0);
  const { not_before, last_run } = told.status;
  if (worker.ticked_at === null) {
    const isRun = last_run !== null;
    const words = "no cron trigger has ever woken the Worker over this store";
    if (worker.busy_until !== null)
      return [skipped(`${words}, but a run is under way, and what comes meanwhile is not noted`)];
    if (isRun) return [problem(`${words}: exports began only by an order or from Node`, TRIGGER)];
    return [problem(`${words}, so nothing is exported`, TRIGGER)];
  }
  const ticked = Date.parse(worker.ticked_at);
  const resumed = Math.max(ticked, Date.parse(not_before ?? "") || 0);
  const patience = Math.max(PATIENCE_MS, TICKS * (worker.tick_interval ?? 0) * 1000);
  if (worker.busy_until === null && now - resumed > patience) {
    const words = `the cron trigger stopped: it last woke the Worker ${ago(now - ticked)}`;
    return [problem(words, `${TRIGGER}; and see that the Worker is not paused there, and may still write to Redis`)];
  }
  return [ok(`the cron trigger last woke the Worker ${ago(now - ticked)}`)];
}

/** How the export is doing. */
export async function checkExport(facts: Facts): Promise<Found[]> {
  const told = await facts.status();
  if (told === undefined) return [skipped("how the export is doing is not known", giveMore(facts.settings))];
  const { status } = told;
  const { settings } = facts;
  // With a rule, anyone is told no more than the state.
  if (status.counts === undefined)
    return [skipped(`the export is ${status.state}; more is told with a token`, giveMore(facts.settings))];
  const found = [
    ...held(status, settings),
    ...failing(status, settings),
    ...stuck(told, settings),
    ...errors(status, settings),
  ];
  if (found.length > 0) return found;
  if (status.state === "empty") {
    return [
      warning("nothing was exported yet", `${exportLine(settings)} begins it now, the cron trigger with its next tick`),
    ];
  }
  if (status.state === "exporting")
    return [ok(`an export is under way: ${status.pages} pages are there, ${status.frontier} objects wait`)];
  return [ok(`the last export is complete: ${status.pages} pages are there`)];
}

function held({ held }: Status, settings: Settled): Found[] {
  if (held === null) return [];
  const { export: number, pages, of } = held;
  return [
    problem(
      `${pages} of ${of} pages would go, and are held: Notion does not show them any more`,
      `if that is meant, ${commandLine(`confirm ${number}`, settings)}; if not, share them with the connection again, by ••• and Connections, or take them out of the trash`,
    ),
  ];
}

function failing({ state, last_run, not_before }: Status, settings: Settled): Found[] {
  if (last_run === null || last_run.outcome !== "stopped") return [];
  const again = not_before === null ? "the next run tries again" : `it goes on at ${not_before}`;
  const why = last_run.problem ?? "nothing more is known";
  const words = state === "failed" ? "the export failed" : "the last run was stopped";
  return [
    problem(
      `${words} at ${last_run.at}: ${why}`,
      `mend what is said there; ${again}, or at once with ${exportLine(settings)}`,
    ),
  ];
}

function stuck({ status, clockOffset }: Told, settings: Settled): Found[] {
  const { state, last_run, not_before, work, export: it, worker } = status;
  if (state !== "exporting" || it === null || last_run?.outcome === "stopped") return [];
  const now = settings.now() + (clockOffset ?? 0);
  const time = (text: string | null | undefined) => Date.parse(text ?? "") || 0;
  const ran = Math.max(time(last_run?.at), time(it.started_at));
  const got = Math.max(time(work?.progressed_at), time(it.started_at));
  const wait = Math.max(0, time(not_before));
  const isBusy = Boolean(worker?.busy_until);
  if (!isBusy && now - Math.max(ran, wait) > STANDSTILL_MS) {
    return [
      problem(
        `export ${it.number} is stuck: no run went on with it for ${span(now - Math.max(ran, wait))}, and ${status.frontier} objects wait`,
        "look whether the cron trigger fires, in Settings, Trigger Events, of the Worker in Cloudflare's dashboard, and what `npx wrangler tail` says at the next tick",
      ),
    ];
  }
  if (now - Math.max(got, wait) > STANDSTILL_MS) {
    return [
      problem(
        `export ${it.number} is stuck: its runs got nothing done for ${span(now - Math.max(got, wait))}, and ${status.frontier} objects wait`,
        "look what `npx wrangler tail` says during a run; `npx notion-edge export` beside .dev.vars goes on with it from here, without the limits of a Worker",
      ),
    ];
  }
  return [];
}

function errors({ errors }: Status, settings: Settled): Found[] {
  if (errors.length === 0) return [];
  const shown = errors.slice(-MOST_ERRORS).map(({ object, id, message }) => `${object} ${id}: ${message}`);
  const more = errors.length > MOST_ERRORS ? ` and ${errors.length - MOST_ERRORS} more` : "";
  const last = errors.at(-1);
  return [
    warning(
      `${errors.length} objects could not be exported: ${shown.join("; ")}${more}`,
      `${whyLine(last?.id ?? "", settings)} says what to do about one; each is tried again by itself`,
    ),
  ];
}
