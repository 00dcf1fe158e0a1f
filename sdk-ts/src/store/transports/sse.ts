/**
 * Pub/sub over HTTP: the server-sent events of `/subscribe/{channel}`, as Upstash and the gateway give them.
 * The stream may end at any time without a word; then it is opened again, and the listener told of the gap.
 */
import { NetworkError, UnauthorizedError } from "../../errors.ts";
import { pause } from "../../retry.ts";
import type { Listener, Unsubscribe } from "../transport.ts";

/** Where to subscribe. */
export interface SseServer {
  /** The server's address. */
  url: string;
  /** The Authorization header. */
  authorization: string;
}

/** The longest pause before the first attempt to reconnect; it doubles with each that fails. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;

/** Resolves when the server has confirmed; reconnects from then on until it is ended. */
export async function subscribeBySse(server: SseServer, channel: string, listener: Listener): Promise<Unsubscribe> {
  const ended = new AbortController();
  const first = await open(server, channel, ended.signal);
  const running = follow(server, channel, listener, ended.signal, first);
  return async () => {
    ended.abort();
    await running;
  };
}

async function follow(
  server: SseServer,
  channel: string,
  { message, gap }: Listener,
  signal: AbortSignal,
  first: AsyncIterator<string>,
): Promise<void> {
  let events = first;
  for (let failures = 0; !signal.aborted;) {
    const openedAt = performance.now();
    try {
      for (let event = await events.next(); !event.done; event = await events.next()) {
        const text = messageIn(event.value, channel);
        if (text !== undefined) message(text);
      }
    } catch {
      // A broken stream is one that ended.
    }
    // Pauses grow for a server that hangs up at once, not for one whose streams last as long as the pause before them.
    if (performance.now() - openedAt >= longestPause(failures - 1)) failures = 0;
    while (!signal.aborted) {
      await pause(Math.random() * longestPause(failures), signal).catch(() => {});
      failures += 1;
      const opened = await open(server, channel, signal).catch(() => undefined);
      if (opened === undefined) continue;
      events = opened;
      gap();
      break;
    }
  }
}

function longestPause(failures: number): number {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures);
}

/** Opens the stream and waits for its confirmation; what is left of it are the events that follow. */
async function open(server: SseServer, channel: string, signal: AbortSignal): Promise<AsyncIterator<string>> {
  const events = stream(server, channel, signal);
  const confirmed = await events.next();
  if (confirmed.done) throw new NetworkError("the subscription ended before it was confirmed");
  return events;
}

async function* stream(server: SseServer, channel: string, signal: AbortSignal): AsyncGenerator<string, void> {
  const address = `${server.url}/subscribe/${encodeURIComponent(channel)}`;
  const headers = { accept: "text/event-stream", authorization: server.authorization };
  let response: Response;
  try {
    response = await fetch(address, { method: "POST", headers, body: "[]", signal });
  } catch (cause) {
    throw new NetworkError("the subscription could not be opened", { cause });
  }
  if (response.status === 401) throw new UnauthorizedError("redis refuses the token");
  if (!response.ok || response.body === null) {
    throw new NetworkError(`the subscription was answered with ${response.status}`);
  }
  let rest = "";
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.startsWith("data: ")) yield line.slice("data: ".length);
  }
}

/** The channel may hold commas, but it is known. */
function messageIn(event: string, channel: string): string | undefined {
  const head = `message,${channel},`;
  return event.startsWith(head) ? event.slice(head.length) : undefined;
}
