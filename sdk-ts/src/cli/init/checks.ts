/** Whether Notion and Redis take what they are to be asked with, before it is written down. */
import { reasonOf } from "../../exporter/errors.ts";
import { NOTION_VERSION } from "../../exporter/surroundings.ts";
import type { Fetch } from "../../settings.ts";
import { EXIT, Problem } from "../problem.ts";

/** The connection that a token is of. */
export interface Connection {
  /** What it is called in Notion. */
  name: string;
  workspace: string | null;
  /** Whether anything is shared with it yet. */
  seesPages: boolean;
}

const TIMEOUT_MS = 15_000;

/** Asks Notion who has the token, and whether that one sees anything. */
export async function checkNotion(
  { base, token }: { base: string; token: string },
  signal: AbortSignal,
  fetch: Fetch = globalThis.fetch,
): Promise<Connection> {
  const headers = {
    authorization: `Bearer ${token}`,
    "notion-version": NOTION_VERSION,
    "content-type": "application/json",
  };
  const ask = (path: string, init: RequestInit) =>
    answer("notion", fetch, `${base.replace(/\/+$/, "")}${path}`, { headers, ...init }, signal);
  const me = await ask("/v1/users/me", {});
  if (me.status === 401) {
    throw new Problem(
      "notion refuses the token: copy the connection's secret again, it begins with ntn_",
      EXIT.refused,
    );
  }
  if (me.status !== 200) throw new Problem(`notion answered ${me.status}: ${told(me.body)}`, EXIT.away);
  const { name, bot } = me.body as { name?: string | null; bot?: { workspace_name?: string | null } };
  const found = await ask("/v1/search", { method: "POST", body: JSON.stringify({ page_size: 1 }) });
  const { results } = found.body as { results?: unknown[] };
  return {
    name: name ?? "a connection",
    workspace: bot?.workspace_name ?? null,
    seesPages: (results?.length ?? 0) > 0,
  };
}

/** What is wrong with an address of Redis, as far as that can be told without asking there. */
export function problemOfAddress(url: string): string | undefined {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return undefined;
  return "the address of Redis is not one over http or https: rediss:// is another one of it";
}

/** Asks Redis over HTTP whether it takes the token, also for writing. */
export async function checkRedis(
  { url, token }: { url: string; token: string },
  signal: AbortSignal,
  fetch: Fetch = globalThis.fetch,
): Promise<void> {
  const problem = problemOfAddress(url);
  if (problem !== undefined) throw new Problem(problem, EXIT.usage);
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  // Deletes what nobody has: a token that only reads is refused, and nothing changes.
  const body = JSON.stringify(["DEL", "notion:export:nothing"]);
  const { status, body: said } = await answer("redis", fetch, url, { method: "POST", headers, body }, signal);
  if (status === 401 || status === 403) throw new Problem("redis refuses the token: copy it again", EXIT.refused);
  if (/NOPERM|read.?only/i.test(told(said))) {
    throw new Problem("the token of Redis only reads: take the one that may write as well", EXIT.refused);
  }
  const { result } = said as { result?: unknown };
  if (status !== 200 || result === undefined) {
    throw new Problem(
      `what answers at the address of Redis is not Redis over HTTP: ${status} ${told(said)}`.trim(),
      EXIT.away,
    );
  }
}

async function answer(who: string, fetch: Fetch, url: string, init: RequestInit, signal: AbortSignal) {
  let response: Response;
  try {
    response = await fetch(url, { ...init, signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]) });
  } catch (error) {
    signal.throwIfAborted();
    // The message names the cause and no address, which may hold a password.
    throw new Problem(`${who} gives no answer: ${reasonOf(error)}`, EXIT.away);
  }
  const text = await response.text().catch(() => "");
  return { status: response.status, body: parsed(text) };
}

function parsed(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}

/** What an error says of itself. */
function told(body: object): string {
  const { message, error } = body as { message?: unknown; error?: unknown };
  const said = typeof message === "string" ? message : error;
  return typeof said === "string" ? said.slice(0, 200) : "";
}
