/** One request over HTTP: what was answered, or why nothing was. It judges nothing. */
import { reasonOf } from "../exporter/errors.ts";
import type { Settled } from "./settings.ts";

/** What came of a request. */
export type Heard = Answered | Unanswered;

/** An answer. */
export interface Answered {
  isAnswered: true;
  status: number;
  /** The body, where it is JSON. */
  json: unknown;
  /** How far the server's clock is before ours, in ms, as its header `Date` tells; to a second. */
  clockOffset: number | undefined;
}

/** None. */
export interface Unanswered {
  isAnswered: false;
  reason: string;
}

/** What to ask. */
export interface Asking {
  url: string;
  token?: string | undefined;
  method?: "GET" | "POST";
  headers?: Record<string, string>;
  body?: unknown;
}

/** Asks once, within the time limit. */
export async function ask(settings: Settled, asking: Asking): Promise<Heard> {
  const { url, token, method = "GET", headers, body } = asking;
  const sent: Record<string, string> = { accept: "application/json", ...headers };
  if (token !== undefined) sent.authorization = `Bearer ${token}`;
  if (body !== undefined) sent["content-type"] = "application/json";
  const began = settings.now();
  try {
    const init = { method, headers: sent, ...(body !== undefined && { body: JSON.stringify(body) }) };
    const response = await settings.fetch(url, { ...init, signal: AbortSignal.timeout(settings.timeout) });
    const text = await response.text();
    const date = Date.parse(response.headers.get("date") ?? "");
    // The header is cut to seconds: half of one is right on average.
    const offset = date + 500 - (began + settings.now()) / 2;
    return {
      isAnswered: true,
      status: response.status,
      json: parse(text),
      clockOffset: Number.isNaN(offset) ? undefined : offset,
    };
  } catch (error) {
    return { isAnswered: false, reason: reasonOf(error) };
  }
}

/** A field of a JSON object, where it is a text; of Notion's errors the code, of problem details the detail. */
export function textOf(json: unknown, field: string): string | undefined {
  const value = typeof json === "object" && json !== null ? (json as Record<string, unknown>)[field] : undefined;
  return typeof value === "string" ? value : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
