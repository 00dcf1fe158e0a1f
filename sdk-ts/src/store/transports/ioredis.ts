/** Redis over TCP with `ioredis`: one server, a sentinel's, or a cluster. */
import { UnsupportedArgumentError } from "../errors.ts";
import { type Listener, type Reply, type Transport, type Unsubscribe, dialectAt } from "../transport.ts";
import { inTurn, keepOpen } from "./reopen.ts";

/** The part of a `Redis` or `Cluster` of `ioredis` that is used. */
export interface IoredisClient {
  call(command: string, words: string[]): Promise<unknown>;
  subscribe(...channels: string[]): Promise<unknown>;
  unsubscribe(...channels: string[]): Promise<unknown>;
  on(event: string, listener: (...args: string[]) => void): unknown;
  disconnect(): void;
}

interface Options {
  host?: string;
  keyPrefix?: unknown;
  stringNumbers?: unknown;
}

interface Extras {
  options?: Options & { redisOptions?: Options };
  isCluster?: boolean;
  status?: string;
  nodes?(role: "master"): IoredisClient[];
  duplicate(overrides: object): IoredisClient;
}

/** A connection that hears messages is opened again by us, which we would not learn of otherwise. */
const SUBSCRIBER = { retryStrategy: null, lazyConnect: true, enableOfflineQueue: true };

/** A transport over a client of `ioredis`. A subscription opens a connection of its own. */
export function ioredis(client: IoredisClient): Transport {
  if (typeof (client as Partial<IoredisClient> | undefined)?.call !== "function") {
    throw new UnsupportedArgumentError("the client is no Redis or Cluster of ioredis: it has no `call`");
  }
  const { isCluster = false, options } = client as unknown as Extras;
  if (options?.keyPrefix || options?.redisOptions?.keyPrefix) {
    throw new UnsupportedArgumentError("the client of ioredis has a keyPrefix: pass `prefix` to the store instead");
  }
  if (options?.stringNumbers || options?.redisOptions?.stringNumbers) {
    throw new UnsupportedArgumentError("the client of ioredis has stringNumbers: the store needs numbers as numbers");
  }
  const masters = async () => {
    // Before it is ready a cluster does not know its nodes.
    if ((client as unknown as Extras).status !== "ready") await client.call("PING", []);
    return (client as unknown as Extras).nodes?.("master") ?? [];
  };
  return {
    dialect: dialectAt(options?.host),
    send: sender(client),
    async nodes() {
      if (!isCluster) return [{ send: sender(client), hasAllSlots: true }];
      return (await masters()).map((node) => ({ send: sender(node), hasAllSlots: false }));
    },
    subscribe(channel, listener) {
      // A message reaches every node of a cluster; where one is gone, another tells of it.
      const next = inTurn();
      const pick = async () => (isCluster ? next(await masters()) : client) ?? client;
      return subscribe(pick, channel, listener);
    },
  };
}

function sender(client: IoredisClient): (words: readonly string[]) => Promise<Reply> {
  return ([command = "", ...words]) => client.call(command, words) as Promise<Reply>;
}

function subscribe(
  pick: () => Promise<IoredisClient>,
  channel: string,
  { message, gap }: Listener,
): Promise<Unsubscribe> {
  const open = async (signal: AbortSignal) => {
    const own = ((await pick()) as unknown as Extras).duplicate(SUBSCRIBER);
    const ended = new Promise<void>((resolve) => own.on("end", () => resolve()));
    const end = () => own.disconnect();
    // Without a listener, ioredis prints each failed attempt to connect.
    own.on("error", () => {});
    own.on("message", (of, text) => {
      if (of === channel && text !== undefined) message(text);
    });
    signal.addEventListener("abort", end, { once: true });
    try {
      signal.throwIfAborted();
      await own.subscribe(channel);
    } catch (error) {
      end();
      throw error;
    }
    return { ended };
  };
  return keepOpen(open, gap);
}
