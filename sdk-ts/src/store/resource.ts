/**
 * A resource: typed records under a prefix, with lists by the fields that are declared as indexes.
 * A list costs in proportion to its page; what has expired leaves it by its score, without a write.
 */
import { ATTEMPTS, backOff } from "./conflict.ts";
import {
  ConflictError,
  MisshapedRecord,
  RecordExists,
  UnknownRecordError,
  UnsupportedArgumentError,
  storeError,
} from "./errors.ts";
import type { JsonObject } from "./flatten.ts";
import { scripts } from "./generated.ts";
import { type By, type Criteria, type Identified, type Index } from "./criteria.ts";
import { parse, stringify } from "./json.ts";
import { type Keys, checkText } from "./keys.ts";
import { checkLimit, checkOffset } from "./limits.ts";
import { type Stored, ALL, declare, isObject, listFor, listsOf, parseStored } from "./record.ts";
import { type Schema, validate } from "./schema.ts";
import { type Reply, type Transport, type Unsubscribe, nodesOf, perform, run } from "./transport.ts";
import { type Ttl, instant } from "./ttl.ts";

/** Options of a resource. */
export interface ResourceOptions<T, I extends readonly Index<T>[] = readonly Index<T>[], In = T> {
  /** The fields, or sets of fields, by which records are found; a record that lacks one is not found by it. */
  indexes?: I | undefined;
  /**
   * Any Standard Schema validator. Records are checked when they are written and when they are read; what it makes of
   * them is what is stored, so that it has to take that, as JSON, again. `typed<User>()` checks nothing.
   */
  schema?: Schema<T, In> | undefined;
  /** When new and saved records expire, unless told otherwise; never by default. */
  ttl?: Ttl | undefined;
}

/** Options of a write. */
export interface WriteOptions {
  /** Seconds from now or an instant; null for never. */
  ttl?: Ttl | null | undefined;
}

/** Which page of a list; pages count from 1. */
export interface PageOptions {
  /** 1 by default. */
  page?: number | undefined;
  /** Records on a page, 1 to 1,000; 10 by default. */
  size?: number | undefined;
}

/** A page of records. */
export interface Page<T> {
  /** By expiry, those that never expire last, then in the order of creation. */
  records: T[];
  pager: {
    page: number;
    size: number;
    /** How many records the whole list has. */
    total: number;
  };
}

/** Options of {@link Resource.subscribe}. */
export interface SubscribeOptions {
  /** Ends the subscription with its first message. */
  once?: boolean | undefined;
  /** Called when the connection was lost and is there again: messages may have been missed. */
  onGap?: (() => void) | undefined;
}

/** A record that may have no id yet. */
export type New<In> = Omit<In, "id"> & Partial<Identified>;

/**
 * Records.
 *
 * Every call throws UnsupportedArgumentError for an empty id, criteria that are no declared index, or a ttl that is not in
 * the future; MisshapedRecord for what is no record; RedisError where Redis refuses; NetworkError where it is not reached.
 * Writes of one record do not get in each other's way: they are made again until they fit, with ConflictError at the end.
 */
export interface Resource<T extends Identified, I extends readonly Index<T>[] = readonly Index<T>[], In = T> {
  /** The key of a record. */
  key(id: string): string;
  /** A record, or undefined. By id one command; by an index two round trips and four commands. */
  get(by: By<T, I>): Promise<T | undefined>;
  /** As `get`, but throws UnknownRecordError where there is none. */
  load(by: By<T, I>): Promise<T>;
  /**
   * Adds a record, with a random id where it has none. One round trip; seven commands, and three for each
   * index, four for a unique one; one more each where something expires, or has.
   *
   * Throws RecordExists where the id, or the values of a unique index, are taken.
   */
  create(record: New<In>, options?: WriteOptions): Promise<T>;
  /**
   * Changes some fields; one that is undefined goes away. The ttl stays unless one is given. Two round trips.
   *
   * Throws UnknownRecordError where there is none, RecordExists where the values of a unique index are taken.
   */
  update(id: string, changes: Partial<In>, options?: WriteOptions): Promise<T>;
  /** Adds a record, or replaces it, its ttl included. Two round trips. Throws RecordExists as `update` does. */
  save(record: In & Identified, options?: WriteOptions): Promise<T>;
  /** Removes a record, and says whether there was one. Two round trips. */
  delete(id: string): Promise<boolean>;
  /** Some fields of a record; throws UnknownRecordError where there is none. One command. */
  pick<K extends keyof T>(id: string, ...fields: K[]): Promise<Pick<T, K>>;
  /** The records that have these values; all without criteria. Two round trips, four commands, whatever the database holds. */
  list(criteria?: Criteria<T, I>, options?: PageOptions): Promise<Page<T>>;
  /**
   * Tells subscribers something, in JSON, and says how many there were, in a cluster those at one node. One command.
   */
  publish(message: unknown): Promise<number>;
  /** Listens to what is published, from when it resolves on; what is not JSON is passed over. */
  subscribe(listener: (message: unknown) => void, options?: SubscribeOptions): Promise<Unsubscribe>;
}

/** The resource of that name. */
export function createResource<T extends Identified, I extends readonly Index<T>[], In>(
  transport: Transport,
  keys: Keys,
  name: string,
  { indexes, schema, ttl: ownTtl }: ResourceOptions<T, I, In>,
  now: () => number,
): Resource<T, I, In> {
  const declared = (indexes ?? []).map(declare);
  const listKey = keys.list(name);
  const key = keys.resource(name);
  const of = (id: string) => `${name} "${id}"`;

  const read = async (id: string) => {
    const at = key(id);
    return parseStored(await perform(transport, of(id), ["GET", at], at), of(id));
  };

  const check = (record: unknown, id: string): T | Promise<T> => {
    if (!isObject(record)) throw new MisshapedRecord(`${of(id)} is no object`);
    return schema === undefined ? (record as unknown as T) : validate<T>(record, schema as Schema<T, never>, of(id));
  };

  const told = async ({ record }: Stored): Promise<T> =>
    schema === undefined
      ? (record as unknown as T)
      : { ...(await check(record, String(record.id))), id: String(record.id) };

  /** One attempt; gives what stands there instead, where that is not `old`. */
  const put = async (id: string, old: Stored | undefined, record: unknown, ttl: Ttl | null | undefined) => {
    const valid = { ...(await check(record, id)), id };
    const plain = parse(stringify(valid, "the record")) as JsonObject;
    const lists = listsOf(plain, declared);
    const left = (old?.listed ?? []).filter((list) => !lists.some((it) => it.list === list));
    const expires = ttl === undefined ? "keep" : ttl === null ? "never" : String(instant(ttl, now()));
    const listed = stringify(
      lists.map(({ list }) => list),
      "the lists",
    );
    const reply = await run(
      transport,
      of(id),
      scripts.resourcePut,
      [key(id), keys.sequence(name), listKey(ALL), ...[...lists.map(({ list }) => list), ...left].map(listKey)],
      [
        ...[old === undefined ? "" : String(old.revision), expires, id],
        ...[`"listed":${listed},"record":${stringify(plain, "the record")}}`, String(lists.length)],
        ...lists.map(({ unique }) => (unique ? "unique" : "many")),
      ],
    );
    const [outcome, detail = null] = reply as Reply[];
    if (outcome === "taken") {
      const { fields = [] } = lists[Number(detail) - 1] ?? {};
      throw new RecordExists(`${of(id)}: another record has the same ${fields.join(" and ")}`);
    }
    const isDone = outcome === "written";
    return { isDone, record: valid, current: isDone ? undefined : parseStored(detail, of(id)) };
  };

  /** Writes what `make` makes of what stands there, until nobody was faster. */
  const change = async (id: string, make: (old: Stored | undefined) => unknown, ttl: Ttl | null | undefined) => {
    let old = await read(id);
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const { isDone, record, current } = await put(id, old, make(old), ttl);
      if (isDone) return record;
      if (attempt === ATTEMPTS) break;
      await backOff(attempt);
      old = attempt === 1 ? current : await read(id);
    }
    throw new ConflictError(`${of(id)} was changed by others ${ATTEMPTS} times in a row`);
  };

  const page = async (list: string, number: number, size: number) => {
    const args = [String(now()), checkOffset((number - 1) * size), checkLimit(size, "size")];
    const [total, ids] = (await run(transport, name, scripts.resourcePage, [listKey(list)], args)) as [
      number,
      string[],
    ];
    return { total, ids };
  };

  const get = async (by: By<T, I>): Promise<T | undefined> => {
    if (typeof by === "string") {
      const stored = await read(by);
      return stored && told(stored);
    }
    const list = listFor(by as JsonObject, declared);
    if (list === ALL) throw new UnsupportedArgumentError("there are no values to find a record by");
    const [id] = (await page(list, 1, 1)).ids;
    const stored = id === undefined ? undefined : await read(id);
    return stored !== undefined && holds(list, stored) ? told(stored) : undefined;
  };

  const load = async (by: By<T, I>): Promise<T> => {
    const record = await get(by);
    if (record !== undefined) return record;
    throw new UnknownRecordError(typeof by === "string" ? `there is no ${of(by)}` : `no ${name} has these values`);
  };

  return {
    key,
    get,
    load,
    async create(given, { ttl = ownTtl ?? null } = {}) {
      if (!isObject(given)) throw new MisshapedRecord(`a new record of ${name} is no object`);
      const record = { ...given, id: given.id ?? crypto.randomUUID() };
      const { isDone, record: written } = await put(checkText(record.id, "id"), undefined, record, ttl);
      if (isDone) return written;
      throw new RecordExists(`${of(record.id)} exists`);
    },
    async update(id, changes, { ttl } = {}) {
      if (!isObject(changes)) throw new MisshapedRecord(`the changes of ${of(id)} are no object`);
      const { id: other } = changes as Partial<Identified>;
      if (other !== undefined && other !== id) throw new UnsupportedArgumentError("an id cannot be changed");
      const make = (old: Stored | undefined) => {
        if (old === undefined) throw new UnknownRecordError(`there is no ${of(id)}`);
        return { ...old.record, ...changes, id };
      };
      return change(id, make, ttl);
    },
    async save(record, { ttl = ownTtl ?? null } = {}) {
      if (!isObject(record)) throw new MisshapedRecord(`a record of ${name} is no object`);
      return change(checkText(record.id, "id"), () => record, ttl);
    },
    async delete(id) {
      let old = await read(id);
      for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
        if (old === undefined) return false;
        const lists = [ALL, ...old.listed].map(listKey);
        const args = [String(old.revision), id];
        const reply = await run(transport, of(id), scripts.resourceDelete, [key(id), ...lists], args);
        const [outcome, current = null] = reply as Reply[];
        if (outcome === "deleted") return true;
        if (attempt === ATTEMPTS) break;
        await backOff(attempt);
        old = attempt === 1 ? parseStored(current, of(id)) : await read(id);
      }
      throw new ConflictError(`${of(id)} was changed by others ${ATTEMPTS} times in a row`);
    },
    async pick(id, ...fields) {
      const record = await load(id);
      return Object.fromEntries(
        fields.filter((it) => Object.hasOwn(record, it)).map((it) => [it, record[it]]),
      ) as never;
    },
    async list(criteria = {}, { page: number = 1, size = 10 } = {}) {
      if (!(Number.isSafeInteger(number) && number > 0))
        throw new UnsupportedArgumentError("page is no number from 1 on");
      const list = listFor(criteria as JsonObject, declared);
      const { total, ids } = await page(list, number, size);
      const recordKeys = ids.map(key);
      const [first] = recordKeys;
      const replies = first === undefined ? [] : await perform(transport, name, ["MGET", ...recordKeys], first);
      const stored = (replies as Reply[]).map((reply, at) => parseStored(reply, of(ids[at] ?? "")));
      const found = stored.filter((it) => it !== undefined && holds(list, it)) as Stored[];
      // A promise for each record costs more than everything else here.
      const records = schema === undefined ? found.map(({ record }) => record as unknown as T) : found.map(told);
      return { records: await Promise.all(records), pager: { page: number, size, total } };
    },
    async publish(message) {
      const channel = keys.channel(name);
      // Messages keep their order only where they go by the same node of a cluster.
      const [node = transport] = await nodesOf(transport, name);
      return Number(await perform(node, name, ["PUBLISH", channel, stringify(message, "the message")], channel));
    },
    async subscribe(listener, { once = false, onGap = () => {} } = {}) {
      let ended: Promise<void> | undefined;
      const end = () => (ended ??= subscribed.then((unsubscribe) => unsubscribe()));
      const message = (text: string) => {
        const told = parseMessage(text);
        if (ended !== undefined || told === undefined) return;
        if (once) void end();
        // What a listener throws is its program's business, whatever the client would make of it.
        queueMicrotask(() => listener(told.message));
      };
      const gap = () => queueMicrotask(onGap);
      const subscribed = transport.subscribe(keys.channel(name), { message, gap });
      await subscribed.catch((error) => {
        throw storeError(error, name);
      });
      return end;
    },
  };
}

/** Between reading the list and the record, the record may have left the list. */
function holds(list: string, { listed }: Stored): boolean {
  return list === ALL || listed.includes(list);
}

function parseMessage(text: string): { message: unknown } | undefined {
  try {
    return { message: parse(text) };
  } catch {
    return undefined;
  }
}
