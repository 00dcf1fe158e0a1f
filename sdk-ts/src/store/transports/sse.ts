/**
 * Pub/sub over HTTP: the server-sent events of `/subscribe/{channel}`, as Upstash and the gateway give them.
 * The stream may end at any time without a word.
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
