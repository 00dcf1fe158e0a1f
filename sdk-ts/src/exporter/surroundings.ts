/**
 * What an exporter reaches: Notion over HTTP, and Redis over HTTP or TCP. Performs one effect at a time and decides nothing.
 */
import { encode } from "../core.ts";
import type { Fetch } from "../settings.ts";
import { ConfigurationError } from "./errors.ts";
import { type Copied, type FileStore, copyFile, within } from "./files.ts";

/** One request to Notion, as the core asks for it. */
export interface NotionRequest {
  /** How long it may take. */
  timeout_ms: number;
  method: string;
  path: string;
  body?: unknown;
}

/** An HTTP answer with its body. */
export interface Answer {
  status: number;
  retryAfter?: string | undefined;
  body: Uint8Array;
}

/** Performs the effects. */
export interface Surroundings {
  /** The variables that the core reads its configuration from. */
  variables: Record<string, string>;
  notion(request: NotionRequest): Promise<Answer>;
  redis(commands: string[][]): Promise<Answer>;
  copyFile(request: { key: string; url: string; timeout_ms: number }): Promise<Copied>;
  deleteFiles(request: { keys: string[]; timeout_ms: number }): Promise<void>;
  /** Closes what it opened. */
  end(): Promise<void>;
}

/** The version of Notion's API that is asked. */
export const NOTION_VERSION = "2026-03-11";
/** Notion's own server, where `NOTION_BASE_URL` names no other. */
export const NOTION_BASE_URL = "https://api.notion.com";
/** A request to Redis is sent again after that. */
const TIMEOUT_MS = 30_000;

/** Between two attempts to connect over TCP. */
const RECONNECT_MS = 100;

/** How Upstash is told up to where a reader has seen its data. */
const SYNC_TOKEN = "upstash-sync-token";

/** In place of an address of Redis over HTTP, where there is one over TCP. */
const OVER_TCP = { UPSTASH_REDIS_REST_URL: "http://redis.invalid", UPSTASH_REDIS_REST_TOKEN: "none" };

/** The surroundings that the variables name; `REDIS_URL` is TCP, and needs `ioredis` to be installed. */
export async function surround(
  given: Record<string, string | undefined>,
  fetch: Fetch,
  files: FileStore | undefined,
): Promise<Surroundings> {
  const set = Object.entries(given).filter((pair): pair is [string, string] => Boolean(pair[1]?.trim()));
  const variables = Object.fromEntries(set);
  const { REDIS_URL: url, UPSTASH_REDIS_REST_URL, KV_REST_API_URL } = variables;
  const isTcp = url !== undefined && UPSTASH_REDIS_REST_URL === undefined && KV_REST_API_URL === undefined;
  if (isTcp) Object.assign(variables, OVER_TCP);
  // Without a place of ours, a Worker that writes the same store may have one.
  variables.FILES = files === undefined ? "elsewhere" : "bound";
  const over = isTcp ? await overTcp(url) : overHttp(variables, fetch);
  const base = (variables.NOTION_BASE_URL ?? NOTION_BASE_URL).replace(/\/+$/, "");
  return {
    variables,
    ...over,
    async copyFile(request) {
      if (files === undefined) throw new Error("there is no place for files");
      return copyFile(request, files, fetch);
    },
    async deleteFiles({ keys, timeout_ms }) {
      await within(timeout_ms, async () => files?.delete(keys));
    },
    async notion({ timeout_ms, method, path, body }) {
      const headers: Record<string, string> = {
        authorization: `Bearer ${variables.NOTION_TOKEN}`,
        "notion-version": NOTION_VERSION,
      };
      if (body !== undefined) headers["content-type"] = "application/json";
      const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
      // A POST that is sent on to another address would ask something else there.
      const redirect = "manual";
      return answer(await fetch(base + path, { ...init, redirect, signal: AbortSignal.timeout(timeout_ms) }));
    },
  };
}

type Redis = Pick<Surroundings, "redis" | "end">;

function overHttp(variables: Record<string, string>, fetch: Fetch): Redis {
  const isFirst = variables.UPSTASH_REDIS_REST_URL !== undefined;
  const url = (isFirst ? variables.UPSTASH_REDIS_REST_URL : variables.KV_REST_API_URL)?.replace(/\/+$/, "") ?? "";
  const token = isFirst ? variables.UPSTASH_REDIS_REST_TOKEN : variables.KV_REST_API_TOKEN;
  const headers: Record<string, string> = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  return {
    async redis(commands) {
      const [only] = commands;
      const isOne = commands.length === 1;
      const body = JSON.stringify(isOne ? only : commands);
      const init = { method: "POST", headers, body, signal: AbortSignal.timeout(TIMEOUT_MS) };
      const response = await fetch(`${url}${isOne ? "/" : "/pipeline"}`, init);
      // Where reads go to a replica, that answers from behind what this was answered last: also what was written just now.
      const seen = response.headers.get(SYNC_TOKEN);
      if (seen !== null) headers[SYNC_TOKEN] = seen;
      return answer(response);
    },
    async end() {},
  };
}

/** Commands go one by one, as they do through `/pipeline`; replies take the form that they have over HTTP. */
async function overTcp(url: string): Promise<Redis> {
  const { Redis } = await import("ioredis").catch((cause: unknown) => {
    throw new ConfigurationError("REDIS_URL needs the package ioredis: npm install ioredis", { cause });
  });
  if (!/^unix:/.test(url) && !(/^rediss?:/.test(url) && URL.canParse(url))) {
    throw new ConfigurationError(
      "REDIS_URL is not an address like redis://127.0.0.1:6379 or unix:///run/redis.sock; in a password, signs such as / and # are written as %2F and %23",
    );
  }
  // A connection that broke without a word would be waited for without end; how long to leave Redis alone is decided above this.
  const limits = { maxRetriesPerRequest: 2, commandTimeout: TIMEOUT_MS, retryStrategy: () => RECONNECT_MS };
  const client = new Redis(url.replace(/^unix:(\/\/)?/, ""), limits);
  // A command that failed tells how often it was tried; this tells why, and without a listener ioredis prints it.
  let reason: Error | undefined;
  client.on("error", (error: Error) => (reason = error));
  return {
    async redis(commands) {
      const replies = [];
      for (const [name = "", ...args] of commands) {
        const reply = await client.call(name, args).then(
          (result) => ({ result }),
          (error: Error) => {
            if (error.name === "ReplyError") return { error: error.message };
            throw reason ?? error;
          },
        );
        replies.push(reply);
      }
      const [only] = replies;
      const isRefused = replies.length === 1 && only !== undefined && "error" in only;
      return { status: isRefused ? 400 : 200, body: encode(replies.length === 1 ? only : replies) };
    },
    async end() {
      await client.quit().catch(() => client.disconnect());
    },
  };
}

async function answer(response: Response): Promise<Answer> {
  const body = new Uint8Array(await response.arrayBuffer());
  return { status: response.status, retryAfter: response.headers.get("retry-after") ?? undefined, body };
}
