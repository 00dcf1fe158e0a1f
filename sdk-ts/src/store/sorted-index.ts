/**
 * An index: entries ordered by score, each with metadata and a version that every change raises.
 * Scores are ordered as numbers, entries of equal score by the bytes of their ids.
 */
import { ATTEMPTS, backOff } from "./conflict.ts";
import { ConflictError, NotANumberError, UnsupportedArgumentError } from "./errors.ts";
import { type JsonObject, flatten, pathOf, unflatten } from "./flatten.ts";
import { scripts } from "./generated.ts";
import { type Keys, checkText } from "./keys.ts";
import { checkLimit, checkOffset } from "./limits.ts";
import { amountArg, readSum } from "./number.ts";
import { type Reply, type Script, type Transport, perform, run } from "./transport.ts";

/** In which order a list is read: the highest score or latest event first, or the lowest or first one. */
export type Order = "newest" | "oldest";

/** An entry as it is stored. */
export interface Entry<M = JsonObject> {
  id: string;
  /** What it is ordered by. */
  score: number;
  /** 1 when it is added, also again after it was removed; raised by each change. */
  version: number;
  /** Nested as it was given. */
  metadata: M;
}

/** A new entry. */
export interface NewEntry {
  /** Now, in milliseconds, by default. */
  score?: number | undefined;
  /** An object of whatever JSON can say; empty by default. */
  metadata?: object | undefined;
}

/** A change of an entry; what is left out stays. */
export interface Change {
  score?: number | undefined;
  /** The whole new metadata. */
  metadata?: object | undefined;
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
  /** How many entries to pass over; not together with a cursor. */
  offset?: number | undefined;
  /** The cursor of the part before: what is added meanwhile neither repeats an entry nor skips one. */
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
  /** Ends the waiting; it then throws the signal's reason. */
  signal?: AbortSignal | undefined;
}

/**
 * Entries by score.
 *
 * Every call is one round trip, and throws UnsupportedArgumentError for an empty id, a score that is no number, or metadata
 * that is no object; WrongTypeError where the keys hold something else; RedisError where Redis refuses; NetworkError
 * where it is not reached.
 */
export interface SortedIndex<M = JsonObject> {
  /** Adds an entry, and says whether it did: one with that id stays as it is. Four commands. */
  add(id: string, entry?: NewEntry): Promise<boolean>;
  /** One entry, or undefined. Four commands. */
  get(id: string): Promise<Entry<M> | undefined>;
  /**
   * A part of the index. Four commands, three more with a cursor; where the entry that the cursor names is gone, about
   * log2 of those that share its score.
   */
  read(options?: ReadEntries): Promise<Entries<M>>;
  /** Changes an entry if its version is still the one given. Three to five commands. */
  update(id: string, change: Change & { version: number }): Promise<Update>;
  /**
   * Reads an entry, changes it, and begins again where others were faster, after a random pause that grows to a second.
   * Gives the new version; undefined where there is no such entry, or `change` gives undefined.
   * Two round trips for each attempt.
   *
   * Throws ConflictError after the last attempt.
   */
  updateWithRetry(
    id: string,
    change: (entry: Entry<M>) => Change | undefined | Promise<Change | undefined>,
    options?: RetryOptions,
  ): Promise<number | undefined>;
  /**
   * Adds to a number in the metadata, 1 by default, and raises the version; nothing there counts as zero.
   * Gives the sum, a bigint beyond 2^53; undefined where there is no such entry. About four commands.
   *
   * Throws NotANumberError where something else than a number stands.
   * @param path dotted, with `\.` for a dot in a key; or its parts
   */
  increment(
    id: string,
    path: string | readonly string[],
    amount?: number | bigint,
  ): Promise<number | bigint | undefined>;
  /** Removes an entry, and says whether there was one. Four commands. */
  delete(id: string): Promise<boolean>;
  /** How many entries there are, or how many with scores in a range. One command. */
  count(range?: ScoreRange): Promise<number>;
}

/** The index of that name. */
export function createIndex<M = JsonObject>(
  transport: Transport,
  keys: Keys,
  name: string,
  now: () => number,
): SortedIndex<M> {
  const subject = `index "${name}"`;
  const index = keys.index(name);
  const entries = keys.entries(name);
  const ask = (script: Script, args: string[]) => run(transport, subject, script, [index, entries], args);

  const get = async (id: string) => {
    const reply = await ask(scripts.indexGet, [checkText(id, "id")]);
    return reply === null ? undefined : entriesOf<M>(reply)[0];
  };

  const update = async (id: string, { version, score, metadata }: Change & { version: number }): Promise<Update> => {
    const leaves = metadata === undefined ? ["keep"] : ["replace", ...flatten(metadata).flat()];
    const args = [checkText(id, "id"), String(version), score === undefined ? "" : scoreArg(score), ...leaves];
    const [outcome, now] = (await ask(scripts.indexUpdate, args)) as string[];
    return outcome === "missing" ? { outcome } : { outcome: outcome as "updated" | "conflict", version: Number(now) };
  };

  return {
    get,
    update,
    async add(id, { score = now(), metadata = {} } = {}) {
      const args = [checkText(id, "id"), scoreArg(score), ...flatten(metadata).flat()];
      return (await ask(scripts.indexAdd, args)) === 1;
    },
    async read({ order = "newest", offset = 0, cursor, limit = 20, min = -Infinity, max = Infinity } = {}) {
      const ends = [scoreArg(min), scoreArg(max)];
      if (checkOrder(order) === "newest") ends.reverse();
      const args = [order, ...ends, checkOffset(offset), checkLimit(limit), ...cursorArgs(cursor, offset)];
      const reply = await ask(scripts.indexRead, args);
      const next = (reply as Reply[])[3];
      return { entries: entriesOf<M>(reply), cursor: next === "" ? undefined : String(next) };
    },
    async updateWithRetry(id, change, { attempts = ATTEMPTS, signal } = {}) {
      for (let attempt = 1; attempt <= attempts; attempt += 1) {
        const entry = await get(id);
        const wanted = entry && (await change(entry));
        if (entry === undefined || wanted === undefined) return undefined;
        const outcome = await update(id, { ...wanted, version: entry.version });
        if (outcome.outcome === "updated") return outcome.version;
        if (outcome.outcome === "missing") return undefined;
        await backOff(attempt, signal);
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

/** Ids and scores in turn, the header of each, and the leaves of one after the other. */
function entriesOf<M>(reply: Reply): Entry<M>[] {
  const [found, headers, leaves] = reply as [string[], (string | null)[], (string | null)[]];
  let at = 0;
  return headers.map((header, number) => {
    const [version, ...paths] = (header ?? "0").split("\n");
    const [id = "", score = ""] = [found[2 * number], found[2 * number + 1]];
    const metadata = unflatten(paths.map((path) => [path, leaves[at++] ?? "null"])) as M;
    return { id, score: scoreOf(score), version: Number(version), metadata };
  });
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
  const [, score = "", id = ""] = /^(\S+) ([^]+)$/.exec(cursor) ?? [];
  if (offset === 0 && /^(-?inf|-?[\d.]+(e[+-]?\d+)?)$/.test(score) && !Number.isNaN(scoreOf(score))) return [score, id];
  throw new UnsupportedArgumentError("cursor is none that this index gave, or stands beside an offset");
}

/** One of the two orders, also where the caller's program was not checked by a compiler. */
export function checkOrder(order: Order): Order {
  if (order === "newest" || order === "oldest") return order;
  throw new UnsupportedArgumentError("order is neither newest nor oldest");
}
