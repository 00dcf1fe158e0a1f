/** The store: everything over one transport, under one layout of keys. */
import { type Keys, type Layout, keysOf } from "./keys.ts";
import { type Kv, createKv } from "./kv.ts";
import type { JsonObject } from "./flatten.ts";
import type { Identified, Index } from "./criteria.ts";
import { type Resource, type ResourceOptions, createResource } from "./resource.ts";
import { type IndexOptions, type SortedIndex, createIndex } from "./sorted-index.ts";
import { type Stream, createStream } from "./stream.ts";
import { type Transport, checkTransport } from "./transport.ts";

/** Options of {@link createStore}. */
export interface StoreOptions extends Layout {
  /** How commands get to Redis: `upstash(client)`, `ioredis(client)` or `nodeRedis(client)`. */
  transport: Transport;
  /** The clock, in milliseconds; `Date.now` by default. */
  now?: (() => number) | undefined;
}

/** The data structures of a workspace. */
export interface Store {
  /** Values under keys. */
  readonly kv: Kv;
  /** The index of that name: entries by score. */
  index<M extends object = JsonObject, In extends object = M>(
    name: string,
    options?: IndexOptions<M, In>,
  ): SortedIndex<M, In>;
  /** The stream of that name: events. */
  stream(name: string): Stream;
  /**
   * The resource of that name, which does not hold the separator: records.
   *
   * With a schema, if only `typed<User>()`, what it can be asked for is known from its indexes, and nothing else compiles.
   */
  resource<T extends Identified, const I extends readonly Index<T>[] = readonly Index<T>[], In = T>(
    name: string,
    options?: ResourceOptions<T, I, In>,
  ): Resource<T, I, In>;
  /** What the exporter tells: pages created, updated and deleted, exports started and completed. */
  events(): Stream;
}

/** Opens a store; nothing is sent before its first call. Throws UnsupportedArgumentError for a layout that cannot be. */
export function createStore({ transport, now = () => Date.now(), ...layout }: StoreOptions): Store {
  checkTransport(transport);
  const keys: Keys = keysOf(layout);
  return {
    kv: createKv(transport, keys, now),
    index: (name, options = {}) => createIndex(transport, keys, name, options, now),
    stream: (name) => createStream(transport, keys.stream(name), now),
    resource: (name, options = {}) => createResource(transport, keys, name, options, now),
    events: () => createStream(transport, keys.events(), now),
  };
}
