/** The admin routes of the Worker: orders of exports, purges, and the webhook. */
import type { WebhookState } from "../doctor/webhook.ts";
import {
  BadRequestError,
  NetworkError,
  UnauthorizedError,
  UnavailableError,
  UnexpectedAnswerError,
} from "../errors.ts";
import type { ExportReport, ExportReports } from "../generated.ts";
import { EXIT, Problem } from "./problem.ts";
import type { Target } from "./settings.ts";
import { showing } from "./tokens.ts";

/** What an export is to look at. */
export type Order = { job: "all" | "changes" } | { job: "page" | "database"; id: string };

/** What a purge did. */
export interface Purged {
  purged: "everything" | string[];
  /** Whether there is a cache in front of the Worker. */
  cache: boolean;
}

/** Asks admin routes. */
export interface Admin {
  order(order: Order): Promise<ExportReport>;
  report(number: number): Promise<ExportReport>;
  reports(): Promise<ExportReports>;
  cancel(number: number): Promise<void>;
  confirm(number: number): Promise<unknown>;
  purge(tags: readonly string[]): Promise<Purged>;
  webhook(): Promise<WebhookState>;
}

/** Beyond that there is no answer. */
const TIMEOUT_MS = 30_000;
const CANCEL_MS = 5_000;

/** Asks the admin routes of a Worker. */
export function adminOf({ url, tokens }: Target, signal: AbortSignal): Admin {
  if (!URL.canParse(url)) throw new Problem("--url is no address: pass the Worker's, such as https://…", EXIT.usage);
  const base = url.replace(/\/+$/, "");
  const fetch = showing(tokens);
  async function ask<T>(method: string, path: string, body?: unknown, given = signal): Promise<T> {
    const headers: Record<string, string> = body === undefined ? {} : { "content-type": "application/json" };
    const what = `${method} ${base}${path}`;
    const until = AbortSignal.any([given, AbortSignal.timeout(TIMEOUT_MS)]);
    const init = { method, headers, signal: until, ...(body !== undefined && { body: JSON.stringify(body) }) };
    const response = await fetch(base + path, init).catch((cause: unknown) => {
      given.throwIfAborted();
      throw new NetworkError(`${what} failed: is the Worker running, and is that its address?`, { cause });
    });
    const answer = (await response.json().catch(() => undefined)) as { detail?: string } | undefined;
    if (response.ok && answer !== undefined) return answer as T;
    const { status } = response;
    const told = `${what} answered ${status}${answer?.detail === undefined ? "" : `: ${answer.detail}`}`;
    if (status === 401 || status === 403) throw new UnauthorizedError(told);
    // What it is about is not there, or not any more.
    if ((status === 404 || status === 409) && answer?.detail !== undefined) throw new Problem(answer.detail);
    if (status === 429 || status >= 500) throw new UnavailableError(told, { status });
    if (answer === undefined) throw new UnexpectedAnswerError(`${told}, which no Worker answers: is that its address?`);
    throw new BadRequestError(told, { status });
  }
  return {
    order: (order) => ask("POST", "/v1/exports", order),
    report: (number) => ask("GET", `/v1/exports/${number}`),
    reports: () => ask("GET", "/v1/exports"),
    // Also once Ctrl-C was pressed: that is when it is wanted.
    cancel: (number) => ask("DELETE", `/v1/exports/${number}`, undefined, AbortSignal.timeout(CANCEL_MS)),
    confirm: (number) => ask("POST", `/v1/exports/${number}/confirm`),
    purge: (tags) => ask("POST", "/v1/purge", tags.length === 0 ? undefined : { tags }),
    webhook: () => ask("GET", "/v1/webhook"),
  };
}
