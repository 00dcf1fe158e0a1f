/** Redis over TCP with `ioredis`: one server, a sentinel's, or a cluster. */
import { UnsupportedArgumentError } from "../errors.ts";
import type { Listener, Reply, Transport, Unsubscribe } from "../transport.ts";

/** The part of a `Redis` or `Cluster` of `ioredis` that is used. */
export interface IoredisClient {
  call(command: string, words: string[]): Promise<unknown>;
  subscribe(...channels: string[]): Promise<unknown>;
  unsubscribe(...channels: string[]): Promise<unknown>;
  on(event: string, listener: (...args: string[]) => void): unknown;
  disconnect(): void;
}

interface Options {
  keyPrefix?: unknown;
  stringNumbers?: unknown;
}

interface Extras {
  options?: Options & { redisOptions?: Options };
  isCluster?: boolean;
  status?: string;
  nodes?(role: "master"): IoredisClient[];
  duplicate(...args: unknown[]): IoredisClient;
}

/** A transport over a client of `ioredis`. A subscription opens a connection of its own. */
export function ioredis(client: IoredisClient): Transport {
  const { isCluster = false, options } = client as unknown as Extras;
  if (options?.keyPrefix || options?.redisOptions?.keyPrefix) {
    throw new UnsupportedArgumentError("the client of ioredis has a keyPrefix: pass `prefix` to the store instead");
  }
  if (options?.stringNumbers || options?.redisOptions?.stringNumbers) {
    throw new UnsupportedArgumentError("the client of ioredis has stringNumbers: the store needs numbers as numbers");
  }
  return {
    send: sender(client),
    async nodes() {
      if (!isCluster) return [{ send: sender(client), hasAllSlots: true }];
      // Before it is ready a cluster does not know its nodes.
      if ((client as unknown as Extras).status !== "ready") await client.call("PING", []);
      const masters = (client as unknown as Extras).nodes?.("master") ?? [];
      return masters.map((node) => ({ send: sender(node), hasAllSlots: false }));
    },
    subscribe: (channel, listener) => subscribe(client, channel, listener),
  };
}

function sender(client: IoredisClient): (words: readonly string[]) => Promise<Reply> {
  return async ([command = "", ...words]) => (await client.call(command, words)) as Reply;
}

async function subscribe(client: IoredisClient, channel: string, listener: Listener): Promise<Unsubscribe> {
  const own = (client as unknown as Extras).duplicate();
  own.on("message", (of, text) => {
    if (of === channel && text !== undefined) listener.message(text);
  });
  // Without a listener, ioredis prints each failed attempt to connect.
  own.on("error", () => {});
  try {
    await own.subscribe(channel);
  } catch (error) {
    own.disconnect();
    throw error;
  }
  // It connects again and subscribes again by itself.
  own.on("ready", () => listener.gap());
  return async () => own.disconnect();
}
