/**
 * One question to the Worker: a GET with its retries, all inside one time limit.
 * What an answer means for a page or a list is decided in client.ts.
 */
import {
  BadRequestError,
  NetworkError,
  TimeoutError,
  UnauthorizedError,
  UnavailableError,
  UnexpectedAnswerError,
  isNotionEdgeError,
} from "./errors.ts";
import type { Settings } from "./settings.ts";
import { parseRetryAfter, pause, retryDelay } from "./retry.ts";

/** What the Worker has under that address: a value where it is JSON, else text. */
export type Answer = { found: true; body: unknown } | { found: false; told: string };

/** What an answer is to be. Problems are JSON, whatever was asked for. */
export type MediaType = "application/json" | "text/event-stream" | "text/html" | "text/markdown";

/** Longer explanations are cut: whatever stands at the other end, it does not fill the log. */
const MAX_DETAIL = 300;

/** A question to the Worker. */
export interface Asked {
  /** Below the Worker's address. */
  path: string;
  /** JSON by default. */
  type?: MediaType | undefined;
  /** The version that the answer has at least. */
  version?: number | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Asks the Worker.
 *
 * Throws one of the errors of errors.ts, or the reason of `signal`.
 */
export async function request(settings: Settings, asked: Asked): Promise<Answer> {
  const { path, signal } = asked;
  signal?.throwIfAborted();
  const deadline = AbortSignal.timeout(settings.timeout);
  const either = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
  const endsAt = performance.now() + settings.timeout;
  for (let failures = 1; ; failures += 1) {
    try {
      return await tryOnce(settings, asked, either);
    } catch (error) {
      signal?.throwIfAborted();
      if (deadline.aborted) throw timedOut(settings, path, error);
      const delay = failures > settings.retry ? undefined : retryDelay(error, failures, Math.random());
      // A wait that ends after the time limit helps nobody.
      if (delay === undefined || performance.now() + delay >= endsAt) throw error;
      await pause(delay, either).catch(() => {});
    }
  }
}

async function tryOnce(settings: Settings, asked: Asked, signal: AbortSignal): Promise<Answer> {
  const { type = "application/json" } = asked;
  const address = `${type} ${asked.path}`;
  const known = settings.answers?.get(address);
  const response = await send(settings, asked, signal, known?.etag);
  if (response.status === 304 && known !== undefined) return { found: true, body: bodyOf(known.text, type) };
  const text = await readText(response, what(settings, asked));
  const answer = read(response, text, settings, type, what(settings, asked));
  const etag = response.headers.get("etag");
  if (answer.found && etag !== null) settings.answers?.set(address, { etag, text });
  else settings.answers?.delete(address);
  return answer;
}

/** Asks once, and gives an answer to be read as it comes; throws for what is none. */
export async function open(settings: Settings, asked: Asked): Promise<Response> {
  const response = await send(settings, asked, asked.signal);
  if (response.ok) return response;
  const text = await readText(response, what(settings, asked));
  const answer = read(response, text, settings, "application/json", what(settings, asked));
  throw new UnexpectedAnswerError(answer.found ? `${what(settings, asked)} gave no stream` : answer.told);
}

async function send(
  { fetch, url, token }: Settings,
  { path, type = "application/json", version }: Asked,
  signal: AbortSignal | undefined,
  etag?: string,
): Promise<Response> {
  const headers: Record<string, string> = { accept: type };
  if (token !== undefined) headers.authorization = `Bearer ${token}`;
  if (etag !== undefined) headers["if-none-match"] = etag;
  const query = version === undefined ? "" : `${path.includes("?") ? "&" : "?"}v=${version}`;
  try {
    return await fetch(url + path + query, signal === undefined ? { headers } : { headers, signal });
  } catch (cause) {
    // Over Redis it is known better.
    if (isNotionEdgeError(cause)) throw cause;
    const why = codeOf(cause);
    const told = `GET ${url}${path} failed${why === undefined ? "" : ` with ${why}`}`;
    throw new NetworkError(`${told}: is the Worker running, and is url its address?`, { cause });
  }
}

/** What the system calls it, as `ECONNREFUSED`; browsers do not tell. */
function codeOf(error: unknown): string | undefined {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  return typeof code === "string" ? code : undefined;
}

async function readText(response: Response, what: string): Promise<string> {
  try {
    return await response.text();
  } catch (cause) {
    throw new NetworkError(`the answer to ${what} broke off`, { cause });
  }
}

function what({ url }: Settings, { path }: Asked): string {
  return `GET ${url}${path}`;
}

function bodyOf(text: string, type: MediaType): unknown {
  return type === "application/json" ? JSON.parse(text) : text;
}

function read(response: Response, text: string, { token }: Settings, type: MediaType, what: string): Answer {
  const { status, headers } = response;
  const isText = response.ok && type !== "application/json" && headers.get("content-type")?.startsWith(type);
  const body = isText ? text : parse(text);
  const told = `${what} answered ${status}${detailOf(body)}`;
  if (status === 401 || status === 403) {
    const remedy =
      token === undefined ? "set `token` to one of its READ_TOKENS" : "`token` is not one of its READ_TOKENS";
    throw new UnauthorizedError(`${told} (${remedy})`);
  }
  if (status === 408 || status === 429 || status >= 500) {
    throw new UnavailableError(told, {
      status,
      retryAfterMs: parseRetryAfter(headers.get("retry-after"), Date.now()),
    });
  }
  const isMissing = status === 404 || status === 410;
  if (isMissing && (text === "" || body !== undefined)) return { found: false, told };
  if (body === undefined) {
    const given = headers.get("content-type") ?? "no content type";
    const wanted = type === "application/json" ? "JSON" : type;
    throw new UnexpectedAnswerError(`${told} with ${given} instead of ${wanted}: is url the Worker's address?`);
  }
  if (response.ok) return { found: true, body };
  // The Worker says with every error what is wrong.
  if (detailOf(body) === "") throw new UnexpectedAnswerError(`${told} without a reason: is url the Worker's address?`);
  throw new BadRequestError(told, { status });
}

function timedOut({ timeout, url }: Settings, path: string, cause: unknown): TimeoutError {
  return new TimeoutError(
    `GET ${url}${path} took longer than ${timeout} ms: raise \`timeout\`, or look at /v1/status`,
    {
      cause,
    },
  );
}

/** JSON, or nothing where it is none. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What problem details say about themselves, as the Worker sends them with every error. */
function detailOf(body: unknown): string {
  if (typeof body !== "object" || body === null) return "";
  const { title, detail } = body as { title?: unknown; detail?: unknown };
  const told = typeof detail === "string" ? detail : title;
  return typeof told === "string" ? `: ${told.slice(0, MAX_DETAIL)}` : "";
}
