/** Redis over HTTP with `@upstash/redis`, or with anything that takes its requests. Messages come as server-sent events. */
import { NetworkError } from "../../errors.ts";
import { UnsupportedArgumentError } from "../errors.ts";
import { type Dialect, type Reply, type Transport, dialectAt } from "../transport.ts";
import { subscribeBySse } from "./sse.ts";

/** Options of {@link upstash}. */
export interface UpstashOptions {
  /**
   * `upstash` where the server is one of Upstash's: scripts then say that they lock their keys only, and not the whole
   * database. By default it is known by its host, `*.upstash.io`; every other server refuses such scripts.
   */
  dialect?: Dialect | undefined;
}

/** The part of a `Redis` of `@upstash/redis` that is used: what it sends requests with. */
interface Requester {
  request(request: { body: readonly string[] }): Promise<{ result?: unknown; error?: string }>;
  baseUrl?: string;
  headers?: Record<string, string>;
  options?: { signal?: AbortSignal | (() => AbortSignal) };
}

/**
 * A transport over a client of `@upstash/redis`.
 *
 * What the client would make of replies is passed by: it takes texts that look like JSON for JSON.
 * It repeats commands after a network error, increments and appends included: give it `retry: { retries: 0 }` where one
 * must not happen twice.
 * @param client a `Redis` of `@upstash/redis`, of whichever of its builds
 */
export function upstash(client: object, options: UpstashOptions = {}): Transport {
  const requester = (client as { client?: Requester } | undefined)?.client;
  if (typeof requester?.request !== "function") {
    throw new UnsupportedArgumentError(
      "the client is no Redis of @upstash/redis: it has nothing to send requests with",
    );
  }
  const { baseUrl = "" } = requester;
  const send = async (words: readonly string[]) => {
    const { result, error } = await requester.request({ body: words });
    const signal = requester.options?.signal;
    // The client answers an aborted request with a text, as if Redis had said it.
    if (typeof signal === "object" && signal.aborted) {
      throw new NetworkError("the client's signal was aborted", { cause: signal.reason });
    }
    if (error !== undefined) throw new Error(error);
    if (result === undefined) throw new NetworkError("what answers there is no Redis over HTTP: look at the url");
    return result as Reply;
  };
  return {
    dialect: options.dialect ?? dialectAt(URL.canParse(baseUrl) ? new URL(baseUrl).hostname : undefined),
    send,
    nodes: async () => [{ send, hasAllSlots: true }],
    subscribe(channel, listener) {
      const { authorization = "" } = requester.headers ?? {};
      return subscribeBySse({ url: baseUrl, authorization }, channel, listener);
    },
  };
}
