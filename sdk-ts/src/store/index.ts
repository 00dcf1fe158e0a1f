/**
 * Data structures over any Redis: key-value, index, stream and resource, the same as the Rust core has.
 * The client is the caller's: wrap it with `upstash`, `ioredis` or `nodeRedis`.
 */
export type { By, Criteria, Found, Identified, Index } from "./criteria.ts";
export { connections, createConnections, makeResource } from "./connections.ts";
export type { Connections, MakeResourceOptions, Open } from "./connections.ts";
export {
  ConflictError,
  MisshapedRecord,
  NotANumberError,
  RecordExists,
  RedisError,
  UnknownRecordError,
  UnsupportedArgumentError,
  WrongTypeError,
} from "./errors.ts";
export type { JsonObject } from "./flatten.ts";
export type { Layout } from "./keys.ts";
export type { FieldOptions, IncrementOptions, Kv, SetOptions } from "./kv.ts";
export type { New, Page, PageOptions, Resource, ResourceOptions, SubscribeOptions, WriteOptions } from "./resource.ts";
export { typed } from "./schema.ts";
export type { Schema } from "./schema.ts";
export { connectionSettings } from "./settings.ts";
export type { ConnectionOptions, HttpSettings, TcpSettings } from "./settings.ts";
export type {
  Change,
  Entries,
  Entry,
  IndexOptions,
  NewEntry,
  Order,
  ReadEntries,
  RetryOptions,
  ScoreRange,
  SortedIndex,
  Update,
} from "./sorted-index.ts";
export { createStore } from "./store.ts";
export type { Store, StoreOptions } from "./store.ts";
export type { AppendOptions, Events, NewEvent, ReadEvents, Stream, StreamEvent } from "./stream.ts";
export type { Dialect, Listener, Node, Reply, Transport, Unsubscribe } from "./transport.ts";
export { ioredis } from "./transports/ioredis.ts";
export type { IoredisClient } from "./transports/ioredis.ts";
export { nodeRedis } from "./transports/node-redis.ts";
export type { NodeRedisClient, NodeRedisCluster } from "./transports/node-redis.ts";
export { upstash } from "./transports/upstash.ts";
export type { UpstashOptions } from "./transports/upstash.ts";
export type { Ttl } from "./ttl.ts";
