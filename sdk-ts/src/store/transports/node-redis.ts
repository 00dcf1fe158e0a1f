/** Redis over TCP with `redis` (node-redis): one server or a cluster. */
import { UnsupportedArgumentError } from "../errors.ts";
import { type Listener, type Node, type Reply, type Transport, type Unsubscribe, dialectAt } from "../transport.ts";
import { inTurn, keepOpen } from "./reopen.ts";

/** The part of what `createClient` of `redis` gives that is used. */
export interface NodeRedisClient {
  readonly isOpen: boolean;
  connect(): Promise<unknown>;
  sendCommand(words: string[], options: object): Promise<unknown>;
}

/** The part of what `createCluster` of `redis` gives that is used. */
export interface NodeRedisCluster {
  readonly isOpen: boolean;
  connect(): Promise<unknown>;
  sendCommand(
    key: string | undefined,
    isReadonly: boolean | undefined,
    words: string[],
    options: object,
  ): Promise<unknown>;
  readonly masters: unknown[];
  nodeClient(node: never): unknown;
}

interface Address {
  host?: string;
  port?: number;
}

interface Duplicable {
  readonly options?: { socket?: Address };
  duplicate(overrides: object): Subscriber;
}

interface Subscriber {
  readonly isOpen: boolean;
  subscribe(channel: string, listener: (text: string) => void): Promise<void>;
  on(event: string, listener: () => void): unknown;
  connect(): Promise<unknown>;
  destroy(): void;
}

/** Whatever the client makes of replies for others, such as buffers or strings for numbers. */
const PLAIN = { typeMapping: {} };

/**
 * A transport over a client or cluster of `redis`, which is connected if it is not.
 * A subscription opens a connection of its own.
 */
export function nodeRedis(client: NodeRedisClient | NodeRedisCluster): Transport {
  if (typeof (client as Partial<NodeRedisClient> | undefined)?.isOpen !== "boolean") {
    throw new UnsupportedArgumentError("the client is none of redis, as `createClient` gives one: it has no `isOpen`");
  }
  return "nodeClient" in client ? ofCluster(client) : ofClient(client);
}

function ofClient(client: NodeRedisClient): Transport {
  const opened = opener(client);
  const send = async (words: readonly string[]) => {
    await opened();
    return (await client.sendCommand([...words], PLAIN)) as Reply;
  };
  const own = client as unknown as Duplicable;
  return {
    dialect: dialectAt(own.options?.socket?.host),
    send,
    nodes: async () => [{ send, hasAllSlots: true }],
    subscribe: (channel, listener) => subscribe(async () => [own, {}], channel, listener),
  };
}

function ofCluster(cluster: NodeRedisCluster): Transport {
  const opened = opener(cluster);
  const clientOf = async (node: unknown) => (await cluster.nodeClient(node as never)) as NodeRedisClient;
  return {
    async send(words, key) {
      await opened();
      return (await cluster.sendCommand(key, false, [...words], PLAIN)) as Reply;
    },
    async nodes() {
      await opened();
      const clients = await Promise.all(cluster.masters.map(clientOf));
      return clients.map((client) => ({ send: ofClient(client).send as Node["send"], hasAllSlots: false }));
    },
    subscribe(channel, listener) {
      // A message reaches every node of a cluster; where one is gone, another tells of it.
      const next = inTurn();
      const pick = async (): Promise<[Duplicable, Address]> => {
        await opened();
        const masters = cluster.masters as (Address & { client?: Duplicable })[];
        const { host, port } = next(masters) ?? {};
        const known = masters.find(({ client }) => client !== undefined)?.client;
        const client = known ?? ((await clientOf(masters[0])) as unknown as Duplicable);
        return [client, { ...(host === undefined ? {} : { host }), ...(port === undefined ? {} : { port }) }];
      };
      return subscribe(pick, channel, listener);
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

function subscribe(
  pick: () => Promise<[Duplicable, Address]>,
  channel: string,
  { message, gap }: Listener,
): Promise<Unsubscribe> {
  const open = async (signal: AbortSignal) => {
    const [client, address] = await pick();
    if (typeof (client as Partial<Duplicable>).duplicate !== "function") {
      throw new UnsupportedArgumentError("a pool of redis cannot subscribe: give the store a client");
    }
    // A connection that hears messages is opened again by us, which we would not learn of otherwise.
    const socket = { ...client.options?.socket, ...address, reconnectStrategy: false };
    const own = client.duplicate({ socket });
    const end = () => void (own.isOpen && own.destroy());
    const ended = new Promise<void>((resolve) => {
      for (const event of ["error", "end"]) own.on(event, resolve);
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
    try {
      await own.connect();
      await own.subscribe(channel, message);
      signal.throwIfAborted();
    } catch (error) {
      end();
      throw error;
    }
    return { ended: ended.then(end) };
  };
  return keepOpen(open, gap);
}
