/**
 * Pub/sub over HTTP: the server-sent events of `/subscribe/{channel}`, as Upstash and the gateway give them.
 * The stream may end at any time without a word, or hang without an end where something between us and the server has
 * forgotten the connection: that of a server which sends comments while nothing happens, as the gateway does, is then ended.
 */
import { NetworkError, UnauthorizedError } from "../../errors.ts";
import type { Listener, Unsubscribe } from "../transport.ts";
import { keepOpen } from "./reopen.ts";

/** Where to subscribe. */
export interface SseServer {
  /** The server's address. */
  url: string;
  /** The Authorization header. */
  authorization: string;
}

/** So many times the pause between two comments a stream may be silent, but so long in any case. */
const SILENT_TIMES = 3;
const LEAST_SILENCE_MS = 60_000;
/** A comment sooner than this after the beginning, or after another one, says nothing about when the next one comes. */
const LEAST_PAUSE_MS = 1000;

/** Resolves when the server has confirmed; reconnects from then on until it is ended. */
export function subscribeBySse(server: SseServer, channel: string, { message, gap }: Listener): Promise<Unsubscribe> {
  const open = async (signal: AbortSignal) => {
    const events = stream(server, channel, signal);
    const confirmed = await events.next();
    if (confirmed.done) throw new NetworkError("the subscription ended before it was confirmed");
    const follow = async () => {
      for await (const event of events) {
        const text = messageIn(event, channel);
        if (text !== undefined) message(text);
      }
    };
    // A broken stream is one that ended.
    return { ended: follow().catch(() => {}) };
  };
  return keepOpen(open, gap);
}

async function* stream(server: SseServer, channel: string, signal: AbortSignal): AsyncGenerator<string, void> {
  const address = `${server.url}/subscribe/${encodeURIComponent(channel)}`;
  const headers = { accept: "text/event-stream", authorization: server.authorization };
  const silent = new AbortController();
  let response: Response;
  try {
    const either = AbortSignal.any([signal, silent.signal]);
    response = await fetch(address, { method: "POST", headers, body: "[]", signal: either });
  } catch (cause) {
    throw new NetworkError("the subscription could not be opened", { cause });
  }
  if (!response.ok || response.body === null) {
    // Read in any case: what is left unread holds its connection.
    const answer = (await response.json().catch(() => undefined)) as { error?: unknown } | null | undefined;
    if (typeof answer?.error === "string") throw new Error(answer.error);
    if (response.status === 401) throw new UnauthorizedError("redis refuses the token");
    throw new NetworkError(`the subscription was answered with ${response.status}`);
  }
  const watch = watchSilence(() => silent.abort());
  let rest = "";
  try {
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      watch.heard(lines.some((line) => line.startsWith(":")));
      for (const line of lines) if (line.startsWith("data: ")) yield line.slice("data: ".length);
    }
  } finally {
    watch.end();
  }
}

/** Calls back when a server that has sent comments is silent for longer than its own pauses allow. */
function watchSilence(over: () => void): { heard(isComment: boolean): void; end(): void } {
  let [commentedAt, longestPause] = [performance.now(), 0];
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    heard(isComment) {
      const now = performance.now();
      if (isComment) [longestPause, commentedAt] = [Math.max(longestPause, now - commentedAt), now];
      clearTimeout(timer);
      if (longestPause < LEAST_PAUSE_MS) return;
      timer = setTimeout(over, Math.max(LEAST_SILENCE_MS, SILENT_TIMES * longestPause));
    },
    end: () => clearTimeout(timer),
  };
}

/** The channel may hold commas, but it is known. */
function messageIn(event: string, channel: string): string | undefined {
  const head = `message,${channel},`;
  return event.startsWith(head) ? event.slice(head.length) : undefined;
}
