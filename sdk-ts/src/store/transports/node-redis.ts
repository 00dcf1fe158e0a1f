/** Redis over TCP with `redis` (node-redis): one server or a cluster. */
import type { Listener, Node, Reply, Transport, Unsubscribe } from "../transport.ts";

/** The part of what `createClient` of `redis` gives that is used. */
export interface NodeRedisClient {
  readonly isOpen: boolean;
  connect(): Promise<unknown>;
  sendCommand(words: string[]): Promise<unknown>;
}

/** The part of what `createCluster` of `redis` gives that is used. */
export interface NodeRedisCluster {
  readonly isOpen: boolean;
  connect(): Promise<unknown>;
  sendCommand(key: string | undefined, isReadonly: boolean | undefined, words: string[]): Promise<unknown>;
  readonly masters: unknown[];
  nodeClient(node: never): unknown;
}

interface Subscriber {
  subscribe(channel: string, listener: (text: string) => void): Promise<void>;
  on(event: string, listener: () => void): unknown;
  connect(): Promise<unknown>;
  destroy(): void;
}

/**
 * A transport over a client or cluster of `redis`, which is connected if it is not.
 * A subscription opens a connection of its own.
 */
export function nodeRedis(client: NodeRedisClient | NodeRedisCluster): Transport {
  return "nodeClient" in client ? ofCluster(client) : ofClient(client);
}

function ofClient(client: NodeRedisClient): Transport {
  const opened = opener(client);
  const send = async (words: readonly string[]) => {
    await opened();
    return (await client.sendCommand([...words])) as Reply;
  };
  return {
    send,
    nodes: async () => [{ send, hasAllSlots: true }],
    subscribe: (channel, listener) => subscribe(client, channel, listener),
  };
}

function ofCluster(cluster: NodeRedisCluster): Transport {
  const opened = opener(cluster);
  const clientOf = async (node: unknown) => (await cluster.nodeClient(node as never)) as NodeRedisClient;
  return {
    async send(words, key) {
      await opened();
      return (await cluster.sendCommand(key, false, [...words])) as Reply;
    },
    async nodes() {
      await opened();
      const clients = await Promise.all(cluster.masters.map(clientOf));
      return clients.map((client) => ({ send: ofClient(client).send as Node["send"], hasAllSlots: false }));
    },
    async subscribe(channel, listener) {
      await opened();
      // A message reaches every node of a cluster.
      return subscribe(await clientOf(cluster.masters[0]), channel, listener);
    },
  };
}

/** Connects once, however many calls begin at the same time, unless that has been done already. */
function opener(client: { readonly isOpen: boolean; connect(): Promise<unknown> }): () => Promise<unknown> {
  let opening: Promise<unknown> | undefined;
  return () => {
    // It counts as open while it still connects.
    opening ??= client.isOpen ? Promise.resolve() : client.connect();
    return opening.catch((error) => {
      opening = undefined;
      throw error;
    });
  };
}

async function subscribe(client: unknown, channel: string, listener: Listener): Promise<Unsubscribe> {
  const own = (client as { duplicate(): Subscriber }).duplicate();
  // Without a listener, an error of the connection would end the process.
  own.on("error", () => {});
  try {
    await own.connect();
    await own.subscribe(channel, (text) => listener.message(text));
  } catch (error) {
    own.destroy();
    throw error;
  }
  // It connects again and subscribes again by itself.
  own.on("ready", () => listener.gap());
  return async () => own.destroy();
}
