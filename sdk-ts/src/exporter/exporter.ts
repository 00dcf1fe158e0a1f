/**
 * The exporter for Node: what the Worker does on its cron trigger, run to its end from a laptop or from CI.
 * Both may be at work on one store: the lease lets one of them write at a time, and the other waits.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { ExportReport, PageDocument, Status } from "../generated.ts";
import { decode, encode, loadCore } from "../core.ts";
import { isPageId } from "../id.ts";
import { type Outcome, drive } from "./drive.ts";
import { Api } from "./api.ts";
import { ExportRefusedError, ExportStoppedError } from "./errors.ts";
import type { FileStore } from "./files.ts";
import { surround } from "./surroundings.ts";
import type { Fetch } from "../settings.ts";

/** The options of {@link createExporter}. */
export interface ExporterOptions {
  /**
   * The variables of the Worker by the same names, and `REDIS_URL` for Redis over TCP, which needs the package `ioredis`.
   * `process.env` by default.
   */
  variables?: Record<string, string | undefined> | undefined;
  /** Instead of the global `fetch`. */
  fetch?: Fetch | undefined;
  /**
   * Where files that Notion hosts are copied to: {@link directory}, or whatever stores bytes. Without it, pages keep what a Worker
   * with a bucket has copied, and it copies what is new.
   */
  files?: FileStore | undefined;
}

/** The options of one export. */
export interface ExportOptions {
  /** Told once a second at most, and at the end. */
  onProgress?: ((report: ExportReport) => void) | undefined;
  /** Told every five seconds how far the store is, and when the export will be complete; costs a few commands of Redis each time. */
  onStatus?: ((status: Status) => void) | undefined;
  /** Cancels the export; what is committed stays. The call then rejects with the reason of the signal. */
  signal?: AbortSignal | undefined;
}

/** The options of {@link Exporter.stream}. */
export interface StreamOptions<T> extends ExportOptions {
  /** Makes something else of each document before it is given; `undefined` leaves it out. */
  transform?: ((document: PageDocument) => T | undefined | Promise<T | undefined>) | undefined;
}

/** How an export ended. */
export interface ExportResult extends ExportReport {
  /** Milliseconds, from the order to the end. */
  duration: number;
}

/** What {@link createExporter} gives. */
export interface Exporter {
  /** Exports everything that changed, after looking at everything. */
  exportAll(options?: ExportOptions): Promise<ExportResult>;
  /** Exports what search shows as edited since the last export. */
  exportChanges(options?: ExportOptions): Promise<ExportResult>;
  /** Exports a database or data source with its rows anew, by the id of either. */
  exportDatabase(id: string, options?: ExportOptions): Promise<ExportResult>;
  /** Exports a page and what lies below it anew. */
  exportPage(id: string, options?: ExportOptions): Promise<ExportResult>;
  /**
   * Exports everything, and gives each page document: those that this export writes as they are written, then the others.
   * It goes on when the next one is asked for. Leaving the loop cancels the export.
   */
  stream<T = PageDocument>(options?: StreamOptions<T>): AsyncGenerator<T, ExportResult>;
}

interface Job {
  job: "all" | "changes" | "database" | "page";
  id?: string;
}

/** Node has no limit on requests and time, unless one is given. */
const UNLIMITED = { RUN_SUBREQUESTS: "1000000", RUN_SECONDS: "1d" };

/** Between two looks at an export that another run has the lease for. */
const BUSY_MS = 2_000;
const PROGRESS_MS = 1_000;
const STATUS_MS = 5_000;

const UNDER_WAY: ExportReport["state"][] = ["queued", "running", "cancelling"];

/** An exporter over the Notion workspace and the Redis that the variables name. Nothing is asked before the first export. */
export function createExporter({ variables = process.env, fetch, files }: ExporterOptions = {}): Exporter {
  const given = { ...UNLIMITED, ...variables };
  const ask = fetch ?? ((...args: Parameters<Fetch>) => globalThis.fetch(...args));
  const run = async (job: Job, options: ExportOptions = {}) => {
    const running = exporting(given, ask, files, job, options, false);
    for (;;) {
      const { done, value } = await running.next();
      if (done) return value;
    }
  };
  return {
    exportAll: (options) => run({ job: "all" }, options),
    exportChanges: (options) => run({ job: "changes" }, options),
    exportDatabase: (id, options) => run({ job: "database", id }, options),
    exportPage: (id, options) => run({ job: "page", id }, options),
    async *stream<T>({ transform, ...options }: StreamOptions<T> = {}) {
      const running = exporting(given, ask, files, { job: "all" }, options, true);
      try {
        for (;;) {
          const { done, value } = await running.next();
          if (done) return value;
          const made = transform === undefined ? (value as T) : await transform(value);
          if (made !== undefined) yield made;
        }
      } finally {
        // Whoever leaves, or a transform that throws, leaves the export as well.
        await running.return(undefined as never);
      }
    },
  };
}

/** One export, from its order to its end; gives the documents where they are wanted. */
async function* exporting(
  variables: Record<string, string | undefined>,
  fetch: Fetch,
  files: FileStore | undefined,
  job: Job,
  { onProgress, onStatus, signal }: ExportOptions,
  isStream: boolean,
): AsyncGenerator<PageDocument, ExportResult> {
  signal?.throwIfAborted();
  if ("id" in job && !isPageId(String(job.id))) {
    const given = `${job.job} is ${JSON.stringify(job.id)}, which is not an id`;
    throw new ExportRefusedError(`${given}: pass 32 hexadecimal digits, with or without hyphens`, 400);
  }
  const begun = performance.now();
  const [core, surroundings] = await Promise.all([loadCore(), surround(variables, fetch, files)]);
  const api = new Api(core, surroundings);
  const given = new Set<string>();
  let number: number | undefined;
  let isLeft = true;
  try {
    ({ number } = await api.ask<ExportReport>("POST", "/v1/exports", job));
    for (;;) {
      const report = await api.ask<ExportReport>("GET", `/v1/exports/${number}`).catch(forgotten);
      onProgress?.(report);
      if (!UNDER_WAY.includes(report.state)) {
        isLeft = false;
        if (isStream) yield* api.pages(given);
        return { ...report, duration: Math.round(performance.now() - begun) };
      }
      const run = new core.Engine(encode(surroundings.variables), randomUUID(), Date.now());
      const running = drive(run, surroundings, signal);
      let outcome: Outcome | undefined;
      let told = performance.now();
      let looked = -Infinity;
      try {
        while (outcome === undefined) {
          const step = await running.next();
          if (step.done) outcome = step.value;
          for (const id of isStream ? decode<string[]>(run.takeWritten()) : []) yield* api.page(id, given);
          if (performance.now() - told < PROGRESS_MS) continue;
          told = performance.now();
          const now = run.report();
          if (now) onProgress?.(decode<ExportReport>(now));
          if (onStatus === undefined || told - looked < STATUS_MS) continue;
          looked = told;
          onStatus(await api.ask<Status>("GET", "/v1/status"));
        }
      } finally {
        // Whatever ended this, the run gives its lease back, or nobody could go on for a minute.
        run.close();
        while (!(await running.next()).done);
        run.free();
      }
      signal?.throwIfAborted();
      await pause(outcome, signal);
    }
  } catch (error) {
    // What stopped it may be over soon, and the export goes on with the next call, or the Worker's next run.
    isLeft = signal?.aborted === true;
    throw error;
  } finally {
    if (isLeft && number !== undefined) await api.ask("DELETE", `/v1/exports/${number}`).catch(() => {});
    await surroundings.end();
  }
}

/** The store gave the export its number: that it does not know it any more is no refusal. */
function forgotten(error: unknown): never {
  if (!(error instanceof ExportRefusedError && error.status === 404)) throw error;
  throw new ExportStoppedError("redis has lost the export: it was emptied meanwhile; export again", { cause: error });
}

/** Waits until another run can bring something. */
async function pause(outcome: Outcome, signal: AbortSignal | undefined): Promise<void> {
  if (typeof outcome === "object" && "stopped" in outcome) throw new ExportStoppedError(outcome.stopped);
  const early = typeof outcome === "object" ? outcome.early - Date.now() : 0;
  const wait = outcome === "busy" ? BUSY_MS : early;
  if (wait > 0) await sleep(wait, undefined, { signal }).catch(() => signal?.throwIfAborted());
}
