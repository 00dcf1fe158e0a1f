/**
 * When readers get what an export has written: asked for as a browser asks, without naming a version, so whatever caches are in
 * between count. Who names the version that an event told gets it at once.
 */
import { NetworkError, UnavailableError } from "../errors.ts";
import { parseRetryAfter, pause } from "../retry.ts";
import { Problem } from "./problem.ts";
import type { Target } from "./settings.ts";

/** What readers get of a page. */
export interface Arrived {
  /** Whether it is there. */
  there: boolean;
  /** Whether anyone gets it, or only who has a token. */
  public: boolean;
}

const LOOK_MS = 250;
const TIMEOUT_MS = 10_000;
/** Twice what the Worker promises without a purge. */
const PATIENCE_MS = 120_000;

/** Waits until readers get that version of the page, or, without a version, looks once. */
export async function arrival(
  target: Target,
  id: string,
  version: number | undefined,
  signal: AbortSignal,
): Promise<Arrived> {
  const patience = AbortSignal.timeout(PATIENCE_MS);
  for (;;) {
    const seen = await look(target, id, signal);
    if (version === undefined || (seen.version ?? Infinity) >= version) return seen;
    if (patience.aborted) throw new Problem(`readers still get version ${seen.version} of the page, not ${version}`);
    await pause(LOOK_MS, signal);
  }
}

/** As anyone first: what a public copy gives to a token may come from elsewhere. */
async function look({ url, tokens }: Target, id: string, signal: AbortSignal) {
  let seen: Arrived & { version?: number } = { there: false, public: false };
  for (const token of ["", ...tokens]) {
    const response = await ask(`${url.replace(/\/+$/, "")}/v1/pages/${id}`, token, signal);
    const version = response.headers.get("notion-edge-version");
    if (response.ok) return { there: true, public: token === "", ...(version && { version: Number(version) }) };
    if (response.status >= 500 || response.status === 429) {
      const retryAfterMs = parseRetryAfter(response.headers.get("retry-after"), Date.now());
      throw new UnavailableError(`GET /v1/pages/${id} answered ${response.status}`, {
        status: response.status,
        retryAfterMs,
      });
    }
    if (token === "" && response.status === 410) seen = { there: false, public: true };
  }
  return seen;
}

async function ask(address: string, token: string, signal: AbortSignal): Promise<Response> {
  const headers: Record<string, string> = token === "" ? {} : { authorization: `Bearer ${token}` };
  try {
    const until = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
    const response = await fetch(address, { headers, signal: until });
    await response.body?.cancel();
    return response;
  } catch (cause) {
    signal.throwIfAborted();
    throw new NetworkError(`GET ${address} failed`, { cause });
  }
}
