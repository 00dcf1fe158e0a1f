/**
 * Fires the Worker's cron trigger: back to back while an export is unfinished, every minute afterwards.
 * Cloudflare would wait a minute between two runs of an unfinished export too; nobody wants to watch that.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { Problem } from "./problem.mjs";
import { StatusError } from "./worker.mjs";

const MINUTE_MS = 60_000;
const LOOK_MS = 500;
const PAUSE_MS = 2000;
/** Runs in a row that may fail before the export is given up. */
const FAILURES = 5;
/** How long runs may change nothing: a run that was killed keeps its lease, and with it the others away, for a minute. */
const STANDSTILL_MS = 150_000;

/** @typedef {import("./worker.mjs").Status} Status */
/** @typedef {Pick<import("./worker.mjs").Worker, "scheduled" | "status">} Exporter */
/** @typedef {{ now: () => number, sleep: (ms: number) => Promise<unknown> }} Clock */

/** @type {Clock} */
const REAL = { now: Date.now, sleep };

/**
 * Runs the export to its end and returns the last status. Throws a Problem when it stands still, or cannot go on.
 * @param {Exporter} worker
 * @param {(status: Status) => void} onStatus
 * @param {Clock} [clock]
 */
export async function exportAll(worker, onStatus, clock = REAL) {
  const before = await look(worker).catch(unlessFinal);
  let failures = 0;
  let moved = clock.now();
  let last = progress(before);
  for (;;) {
    const { status, failure } = await runOnce(worker, onStatus);
    if (status?.state === "complete" && failure === undefined) return status;

    // What the last run before this start said may be outdated: only what is said again counts.
    const isNews = JSON.stringify(status?.last_run) !== JSON.stringify(before?.last_run);
    failures = failure === undefined ? 0 : failures + 1;
    const isFinal = failures >= FAILURES || (status?.last_run?.outcome === "stopped" && isNews);
    if (failure !== undefined && isFinal) throw new Problem(`the export did not complete: ${failure}`);

    const now = progress(status);
    const changed = now !== last;
    if (changed) [last, moved] = [now, clock.now()];
    const wait = status?.not_before ? Date.parse(status.not_before) - clock.now() : 0;
    if (wait > 0) moved += wait;
    else if (clock.now() - moved > STANDSTILL_MS) {
      throw new Problem(`the export did not complete: no run changed anything for ${STANDSTILL_MS / 1000} seconds`);
    }
    await clock.sleep(Math.max(wait, changed ? 0 : PAUSE_MS));
  }
}

/**
 * Brings the export up to date every minute, for good.
 * @param {Exporter} worker
 * @param {(problem: string) => void} onProblem
 * @returns {Promise<never>}
 */
export async function everyMinute(worker, onProblem) {
  for (;;) {
    await sleep(MINUTE_MS);
    await exportAll(worker, () => {}).catch((error) => {
      if (!(error instanceof Problem)) throw error;
      onProblem(error.message);
    });
  }
}

/** @param {Exporter} worker @param {(status: Status) => void} onStatus */
async function runOnce(worker, onStatus) {
  const looking = setInterval(() => worker.status().then(onStatus, () => {}), LOOK_MS);
  /** @type {string | undefined} */
  let failure;
  try {
    await worker.scheduled();
  } catch (error) {
    failure = words(error);
  } finally {
    clearInterval(looking);
  }
  try {
    const status = await look(worker);
    onStatus(status);
    if (status.last_run?.outcome === "stopped") failure ??= status.last_run.problem ?? "the run stopped";
    return { status, failure };
  } catch (error) {
    if (error instanceof Problem) throw error;
    return { failure: failure ?? words(error) };
  }
}

/** The status, or a Problem where asking again cannot help. @param {Exporter} worker */
async function look(worker) {
  try {
    return await worker.status();
  } catch (error) {
    if (error instanceof StatusError && !error.isPassing) throw new Problem(error.message);
    throw error;
  }
}

/** @param {unknown} error @returns {undefined} */
function unlessFinal(error) {
  if (error instanceof Problem) throw error;
}

/** What a run that got anywhere has changed. @param {Status | undefined} status */
function progress(status) {
  if (status === undefined) return "";
  const { pages, blocks } = status.counts;
  return JSON.stringify([status.state, status.export?.number, pages, blocks, status.frontier, status.version]);
}

/** @param {unknown} error */
function words(error) {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
