/**
 * An index: entries ordered by score, each with metadata and a version that every change raises.
 * Scores are ordered as numbers, entries of equal score by the bytes of their ids.
 */
import { ATTEMPTS, backOff } from "./conflict.ts";
import { ConflictError, MisshapedRecord, NotANumberError, UnsupportedArgumentError } from "./errors.ts";
import { type JsonObject, flatten, pathOf, unflatten } from "./flatten.ts";
import { scripts } from "./generated.ts";
import { type Keys, checkText } from "./keys.ts";
import { checkLimit, checkOffset } from "./limits.ts";
import { amountArg, readSum } from "./number.ts";
import { type Schema, validate } from "./schema.ts";
import { type Reply, type Script, type Transport, perform, run } from "./transport.ts";

/** In which order a list is read: the highest score or latest event first, or the lowest or first one. */
export type Order = "newest" | "oldest";

/** An entry as it is stored. */
export interface Entry<M = JsonObject> {
  id: string;
  /** What it is ordered by. */
  score: number;
  /** Raised by each change; an entry that is added begins with one that none had which was removed before it. */
  version: number;
  /** Nested as it was given. */
  metadata: M;
}

/** Metadata of whatever shape where none was declared. */
type Metadata<In> = JsonObject extends In ? object : In;

/** A new entry. */
export type NewEntry<In = JsonObject> = {
  /** Now, in milliseconds, by default. */
  score?: number | undefined;
} & (Record<never, never> extends In
  ? {
      /** An object of whatever JSON can say; empty by default. */
      metadata?: Metadata<In> | undefined;
    }
  : { metadata: In });

/** A change of an entry; what is left out stays. */
export interface Change<In = JsonObject> {
  score?: number | undefined;
  /** The whole new metadata. */
  metadata?: Metadata<In> | undefined;
}

/** Options of an index. */
export interface IndexOptions<M, In = M> {
  /**
   * Any Standard Schema validator of the metadata. They are checked when they are written whole and when they are read;
   * `typed<Post>()` checks nothing.
   */
  schema?: Schema<M, In> | undefined;
}

/** What became of an update; in a conflict the version is the one that the entry has, and nothing changed. */
export type Update =
  { outcome: "updated"; version: number } | { outcome: "conflict"; version: number } | { outcome: "missing" };

/** Scores from `min` to `max`, both inclusive. */
export interface ScoreRange {
  min?: number | undefined;
  max?: number | undefined;
}

/** Which part of an index to read. */
export interface ReadEntries extends ScoreRange {
  /** `newest` by default: the highest score first. */
  order?: Order | undefined;
  /** How many entries to pass over; not together with a cursor. As quick far down as at the top. */
  offset?: number | undefined;
  /** The cursor of the part before: what comes and goes meanwhile neither repeats an entry nor skips one. */
  cursor?: string | undefined;
  /** 1 to 1,000; 20 by default. */
  limit?: number | undefined;
}

/** A part of an index. */
export interface Entries<M = JsonObject> {
  entries: Entry<M>[];
  /** Where to go on; undefined at the end. */
  cursor: string | undefined;
}

/** Options of {@link SortedIndex.updateWithRetry}. */
export interface RetryOptions {
  /** How often to try at most; 25 by default. */
  attempts?: number | undefined;
  /** Ends it before the next attempt; it then throws the signal's reason. */
  signal?: AbortSignal | undefined;
}

/**
 * Entries by score.
 *
 * Every call is one round trip, and throws UnsupportedArgumentError for an empty id, a score that is no number, or metadata
 * that is no object; MisshapedRecord for metadata that are not what the schema asks for; WrongTypeError where the keys hold
 * something else; RedisError where Redis refuses; NetworkError where it is not reached.
 */
export interface SortedIndex<M = JsonObject, In = M> {
  /** Adds an entry, and says whether it did: one with that id stays as it is. Four commands. */
  add(
    id: string,
    ...entry: Record<never, never> extends In ? [entry?: NewEntry<In>] : [NewEntry<In>]
  ): Promise<boolean>;
  /** One entry, or undefined. One command. */
  get(id: string): Promise<Entry<M> | undefined>;
  /**
   * A part of the index. Three commands; with an offset or a cursor up to four more, or about log2 of the entries that share
   * its score where the entry that the cursor names is gone.
   */
  read(options?: ReadEntries): Promise<Entries<M>>;
  /** Changes an entry if its version is still the one given. Three commands, four with a score. */
  update(id: string, change: Change<In> & { version: number }): Promise<Update>;
  /**
   * Reads an entry, changes it, and begins again where others were faster, after a random pause that grows to a second.
   * Gives the new version; undefined where there is no such entry, or `change` gives undefined.
   * Two round trips for each attempt.
   *
   * Throws ConflictError after the last attempt.
   */
  updateWithRetry(
    id: string,
    change: (entry: Entry<M>) => Change<In> | undefined | Promise<Change<In> | undefined>,
    options?: RetryOptions,
  ): Promise<number | undefined>;
  /**
   * Adds to a number in the metadata, 1 by default, and raises the version; nothing there counts as zero.
   * Gives the sum, a bigint beyond 2^53; undefined where there is no such entry. No schema sees it before it is written.
   * Three commands, about six more with fractions and beyond 2^53.
   *
   * Throws NotANumberError where something else than a number stands.
   * @param path dotted, with `\.` for a dot in a key; or its parts
   */
  increment(
    id: string,
    path: string | readonly string[],
    amount?: number | bigint,
  ): Promise<number | bigint | undefined>;
  /** Removes an entry, and says whether there was one. Five commands at most. */
  delete(id: string): Promise<boolean>;
  /** How many entries there are, or how many with scores in a range. One command. */
  count(range?: ScoreRange): Promise<number>;
}

/** The index of that name. */
export function createIndex<M extends object, In extends object>(
  transport: Transport,
  keys: Keys,
  name: string,
  { schema }: IndexOptions<M, In>,
  now: () => number,
): SortedIndex<M, In> {
  const subject = `index "${name}"`;
  const index = keys.index(name);
  const entries = keys.entries(name);
  const ask = (script: Script, args: string[]) => run(transport, subject, script, [index, entries], args);
  const check = (metadata: object) => validate<M>(metadata, schema as Schema<M, never>, subject);
  const leavesOf = async (metadata: object) => leaves(schema === undefined ? metadata : await check(metadata));

  const told = async (entry: Entry): Promise<Entry<M>> =>
    ({ ...entry, metadata: await check(entry.metadata) }) as Entry<M>;

  const get = async (id: string) => {
    const text = await perform(transport, subject, ["HGET", entries, checkText(id, "id")], entries);
    if (text === null) return undefined;
    const entry = entryOf(id, String(text));
    return schema === undefined ? (entry as unknown as Entry<M>) : told(entry);
  };

  const update = async (id: string, change: Change<In> & { version: number }): Promise<Update> => {
    const { version, score, metadata } = change;
    const rest = metadata === undefined ? ["keep"] : ["replace", await leavesOf(metadata)];
    const args = [checkText(id, "id"), String(version), score === undefined ? "" : scoreArg(score), ...rest];
    const [outcome, now] = (await ask(scripts.indexUpdate, args)) as string[];
    return outcome === "missing" ? { outcome } : { outcome: outcome as "updated" | "conflict", version: Number(now) };
  };

  return {
    get,
    update,
    async add(id, entry: { score?: number | undefined; metadata?: object | undefined } = {}) {
      const { score = now(), metadata = {} } = entry;
      const args = [checkText(id, "id"), scoreArg(score), await leavesOf(metadata)];
      return (await ask(scripts.indexAdd, args)) === 1;
    },
    async read({ order = "newest", offset = 0, cursor, limit = 20, min = -Infinity, max = Infinity } = {}) {
      const ends = [scoreArg(min), scoreArg(max)];
      if (checkOrder(order) === "newest") ends.reverse();
      const args = [order, ...ends, checkOffset(offset), checkLimit(limit), ...cursorArgs(cursor, offset)];
      const [ids, texts, next] = (await ask(scripts.indexRead, args)) as [string[], (string | null)[], string];
      const all = texts.flatMap((text, at) => (text === null ? [] : [entryOf(ids[at] ?? "", text)]));
      const entries = schema === undefined ? (all as unknown as Entry<M>[]) : await Promise.all(all.map(told));
      return { entries, cursor: next === "" ? undefined : next };
    },
    async updateWithRetry(id, change, { attempts = ATTEMPTS, signal } = {}) {
      if (!(attempts >= 1)) throw new UnsupportedArgumentError("attempts is no number from 1 on");
      for (let attempt = 1; attempt <= attempts; attempt += 1) {
        signal?.throwIfAborted();
        const entry = await get(id);
        const wanted = entry && (await change(entry));
        if (entry === undefined || wanted === undefined) return undefined;
        const outcome = await update(id, { ...wanted, version: entry.version });
        if (outcome.outcome === "updated") return outcome.version;
        if (outcome.outcome === "missing") return undefined;
        if (attempt < attempts) await backOff(attempt, signal);
      }
      throw new ConflictError(`${subject}: "${id}" was changed by others ${attempts} times in a row`);
    },
    async increment(id, path, amount = 1) {
      const args = [checkText(id, "id"), pathOf(path), amountArg(amount)];
      const reply = await run(transport, subject, scripts.indexIncrement, [entries], args);
      const [outcome, , sum = null] = reply as Reply[];
      if (outcome === "shape")
        throw new NotANumberError(`${subject}: an object stands at the path, or a leaf above it`);
      return outcome === "missing" ? undefined : readSum(sum);
    },
    async delete(id) {
      return (await ask(scripts.indexDelete, [checkText(id, "id")])) === 1;
    },
    async count({ min = -Infinity, max = Infinity } = {}) {
      return Number(await perform(transport, subject, ["ZCOUNT", index, scoreArg(min), scoreArg(max)], index));
    },
  };
}

/** The leaves as a text: a line break and the path, a line break and the JSON, for each of them. */
function leaves(metadata: object): string {
  return flatten(metadata)
    .map(([path, leaf]) => `\n${path}\n${leaf}`)
    .join("");
}

function entryOf(id: string, text: string): Entry {
  const lines = text.split("\n");
  const [, version, score = ""] = /^(\d+) (\S+)$/.exec(lines[0] ?? "") ?? [];
  if (version === undefined) throw new MisshapedRecord("something else stands in the place of an entry");
  const leaves: [string, string][] = [];
  for (let at = 2; at < lines.length; at += 2) leaves.push([lines[at - 1] ?? "", lines[at] ?? ""]);
  return { id, score: scoreOf(score), version: Number(version), metadata: unflatten(leaves) };
}

function scoreOf(text: string): number {
  return text === "inf" ? Infinity : text === "-inf" ? -Infinity : Number(text);
}

function scoreArg(score: number): string {
  if (typeof score !== "number" || Number.isNaN(score)) throw new UnsupportedArgumentError("score is no number");
  return Number.isFinite(score) ? String(score) : score > 0 ? "inf" : "-inf";
}

function cursorArgs(cursor: string | undefined, offset: number): string[] {
  if (cursor === undefined) return [];
  const [, score = "", id = ""] = /^([^~]+)~([^]+)$/.exec(cursor) ?? [];
  if (offset === 0 && /^(-?inf|-?[\d.]+(e[+-]?\d+)?)$/.test(score) && !Number.isNaN(scoreOf(score))) return [score, id];
  throw new UnsupportedArgumentError("cursor is none that this index gave, or stands beside an offset");
}

/** One of the two orders, also where the caller's program was not checked by a compiler. */
export function checkOrder(order: Order): Order {
  if (order === "newest" || order === "oldest") return order;
  throw new UnsupportedArgumentError("order is neither newest nor oldest");
}
