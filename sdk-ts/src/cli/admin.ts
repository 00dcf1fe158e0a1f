/** The admin routes of the Worker: orders of exports, and purges. */
import {
  BadRequestError,
  NetworkError,
  UnauthorizedError,
  UnavailableError,
  UnexpectedAnswerError,
} from "../errors.ts";
import type { ExportReport } from "../generated.ts";
import type { Target } from "./settings.ts";

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
  cancel(number: number): Promise<void>;
  purge(tags: readonly string[]): Promise<Purged>;
}

/** Asks the admin routes of a Worker. */
export function adminOf({ url, token }: Target, signal: AbortSignal): Admin {
  const base = url.replace(/\/+$/, "");
  async function ask<T>(method: string, path: string, body?: unknown, until = signal): Promise<T> {
    const headers: Record<string, string> = {};
    if (token !== undefined) headers.authorization = `Bearer ${token}`;
    if (body !== undefined) headers["content-type"] = "application/json";
    const what = `${method} ${base}${path}`;
    const init = { method, headers, signal: until, ...(body !== undefined && { body: JSON.stringify(body) }) };
    const response = await fetch(base + path, init).catch((cause: unknown) => {
      until.throwIfAborted();
      throw new NetworkError(`${what} failed: is the Worker running, and is that its address?`, { cause });
    });
    const answer = (await response.json().catch(() => undefined)) as { detail?: string } | undefined;
    if (response.ok && answer !== undefined) return answer as T;
    const { status } = response;
    const told = `${what} answered ${status}${answer?.detail === undefined ? "" : `: ${answer.detail}`}`;
    if (status === 401 || status === 403) {
      throw new UnauthorizedError(`${told} (set NOTION_EDGE_TOKEN or --token to one of its ADMIN_TOKENS)`);
    }
    if (status === 429 || status >= 500) throw new UnavailableError(told, { status });
    if (answer === undefined) throw new UnexpectedAnswerError(`${told}, which no Worker answers: is that its address?`);
    throw new BadRequestError(told, { status });
  }
  return {
    order: (order) => ask("POST", "/v1/exports", order),
    report: (number) => ask("GET", `/v1/exports/${number}`),
    // Also once Ctrl-C was pressed: that is when it is wanted.
    cancel: (number) => ask("DELETE", `/v1/exports/${number}`, undefined, AbortSignal.timeout(5_000)),
    purge: (tags) => ask("POST", "/v1/purge", tags.length === 0 ? undefined : { tags }),
  };
}
