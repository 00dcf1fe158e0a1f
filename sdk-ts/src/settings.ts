/**
 * The options of a client, checked once, with all their defaults.
 * A mistake in them is the programmer's: it throws a TypeError that never repeats a secret.
 */

import { Answers } from "./answers.ts";
import type { DataSourceDeclarations } from "./data-source.ts";

/** The part of `fetch` that the client uses. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** The options of {@link createClient}. */
export interface ClientOptions<D extends DataSourceDeclarations = DataSourceDeclarations> {
  /** The address of the Worker, with the path that it is mounted under, if any. */
  url: string | URL;
  /** One of the Worker's READ_TOKENS; none where the copy is public. Do not send it to browsers. */
  token?: string | undefined;
  /** Instead of the global `fetch`: SvelteKit's own, one that caches, one for tests. */
  fetch?: Fetch | undefined;
  /** Milliseconds that each request of a call may take, its retries included; 10,000 by default. */
  timeout?: number | undefined;
  /** How often a call is tried again after a network error or while the Worker is unavailable; 2 by default, 0 for never. */
  retry?: number | undefined;
  /**
   * Bytes of answers that are remembered, to ask whether they still hold and be sent nothing where they do.
   * 16,000,000 by default, and none in browsers, whose own cache does that.
   */
  cache?: number | undefined;
  /** What `notion-edge types` has written: with it {@link Client.dataSource} knows the data sources. */
  dataSources?: D | undefined;
}

/** Checked options. */
export interface Settings {
  /** Without a slash at its end. */
  url: string;
  token: string | undefined;
  fetch: Fetch;
  timeout: number;
  retry: number;
  answers: Answers | undefined;
}

/** Checks the options and fills in what they leave out. */
export function settle({
  url,
  token,
  fetch,
  timeout = 10_000,
  retry = 2,
  cache = isBrowser() ? 0 : 16_000_000,
}: ClientOptions): Settings {
  if (!(timeout > 0 && timeout <= MAX_TIMEOUT))
    throw new TypeError(`timeout is ${timeout}, which is no number of milliseconds`);
  if (!(Number.isInteger(retry) && retry >= 0)) throw new TypeError(`retry is ${retry}, which is no number of retries`);
  if (!(cache >= 0)) throw new TypeError(`cache is ${cache}, which is no number of bytes`);
  return {
    url: checkUrl(url),
    token: checkToken(token),
    // Looked up at each call: tests and frameworks replace the global one, and it must not be called as a method.
    fetch: fetch ?? ((...args) => globalThis.fetch(...args)),
    // Timers take whole milliseconds.
    timeout: Math.ceil(timeout),
    retry,
    answers: cache > 0 ? new Answers(cache) : undefined,
  };
}

/** Timers take no more than 31 bits. */
const MAX_TIMEOUT = 2 ** 31 - 1;

/** A page, or a worker of one: browsers ask another site before they send it the header that asks whether an answer still holds. */
function isBrowser(): boolean {
  return typeof document !== "undefined" || "importScripts" in globalThis;
}

function checkUrl(url: string | URL): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol)) {
    throw new TypeError(
      "url is not an http or https address: pass the address of the Worker, such as https://notion.example.com",
    );
  }
  if (parsed.username !== "" || parsed.password !== "") {
    throw new TypeError("url holds a user or a password, which are not sent: pass a token as `token`");
  }
  return parsed.origin + parsed.pathname.replace(/\/+$/, "");
}

/** A header takes no line breaks, and the error of `fetch` about one would repeat the token. */
function checkToken(token: string | undefined): string | undefined {
  const trimmed = token?.trim();
  if (trimmed === undefined || trimmed === "") return undefined;
  if (/^[\x21-\x7e]+$/.test(trimmed)) return trimmed;
  throw new TypeError(
    "token holds a space, a line break or a letter beyond ASCII: it is not one of the Worker's READ_TOKENS",
  );
}
