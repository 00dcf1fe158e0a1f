/** Redis over HTTP with `@upstash/redis`, or with anything that takes its requests. Messages come as server-sent events. */
import { UnsupportedArgumentError } from "../errors.ts";
import type { Reply, Transport } from "../transport.ts";
import { subscribeBySse } from "./sse.ts";

/** The part of a `Redis` of `@upstash/redis` that is used: what it sends requests with. */
interface Requester {
  request(request: { body: readonly string[] }): Promise<{ result?: unknown; error?: string }>;
  baseUrl?: string;
  headers?: Record<string, string>;
}

/**
 * A transport over a client of `@upstash/redis`.
 *
 * What the client would make of replies is passed by: it takes texts that look like JSON for JSON.
 * It repeats commands after a network error, increments and appends included: give it `retry: { retries: 0 }` where one
 * must not happen twice.
 * @param client a `Redis` of `@upstash/redis`, of whichever of its builds
 */
export function upstash(client: object): Transport {
  const requester = (client as { client?: Requester }).client;
  if (typeof requester?.request !== "function") {
    throw new UnsupportedArgumentError(
      "the client is no Redis of @upstash/redis: it has nothing to send requests with",
    );
  }
  const send = async (words: readonly string[]) => {
    const { result, error } = await requester.request({ body: words });
    if (error !== undefined) throw new Error(error);
    return result as Reply;
  };
  return {
    send,
    nodes: async () => [{ send, hasAllSlots: true }],
    subscribe(channel, listener) {
      const { baseUrl = "", headers: { authorization = "" } = {} } = requester;
      return subscribeBySse({ url: baseUrl, authorization }, channel, listener);
    },
  };
}
