/**
 * Values under keys, as JSON text always: what was stored comes back equal, and a stored `null` is not a missing value.
 */
import { WrongTypeError } from "./errors.ts";
import { scripts } from "./generated.ts";
import { parse, stringify } from "./json.ts";
import { type Keys, checkText } from "./keys.ts";
import { amountArg, readSum } from "./number.ts";
import { type Node, type Transport, nodesOf, perform, run } from "./transport.ts";
import { type Ttl, expiryOf } from "./ttl.ts";

/** How many keys SCAN looks at, at a time. */
const BATCH = 500;

/** Options of {@link Kv.set}. */
export interface SetOptions {
  /** When it expires: seconds from now or an instant; never by default. */
  ttl?: Ttl | undefined;
}

/** Options of {@link Kv.get}. */
export interface FieldOptions {
  /** A field of the hash under the key, which `increment` makes, instead of the key itself. */
  field?: string | undefined;
}

/** Options of {@link Kv.increment}. */
export interface IncrementOptions extends FieldOptions {
  /** When a key expires that does not yet, such as a new one: seconds from now or an instant. One that does keeps its ttl. */
  ttl?: Ttl | undefined;
}

/**
 * Values under keys.
 *
 * Every call throws UnsupportedArgumentError for an empty key or one over 32 KB, WrongTypeError where the key holds
 * something else, RedisError where Redis refuses, NetworkError where it is not reached.
 */
export interface Kv {
  /** The value, or undefined. Integers beyond 2^53 are bigints. One command. */
  get<T = unknown>(key: string, options?: FieldOptions): Promise<T | undefined>;
  /**
   * Writes a value over whatever stands there, its ttl included. One command.
   *
   * Throws UnsupportedArgumentError for what JSON cannot say (undefined, NaN, a function, a Map), and for a ttl in the past.
   */
  set(key: string, value: unknown, options?: SetOptions): Promise<void>;
  /** Removes a value, and says whether there was one. One command. */
  delete(key: string): Promise<boolean>;
  /**
   * Removes all values whose keys match, and says how many. `*` and the other globs of Redis; the prefix is literal.
   * SCAN in batches: a command for every 500 keys of the whole database, and one for each batch that holds a match.
   */
  clear(pattern?: string): Promise<number>;
  /**
   * Adds to a number, 1 by default; nothing there counts as zero. Gives the sum, a bigint beyond 2^53.
   * Integers are exact to 64 bits; with a fraction it is a float of 17 digits. Keeps a ttl that there is.
   * One round trip, two commands, up to five with fractions and beyond 2^53, one more with a ttl.
   *
   * Throws NotANumberError where no number stands, or the sum would be none.
   */
  increment(key: string, amount?: number | bigint, options?: IncrementOptions): Promise<number | bigint>;
}

/** The values that these keys name. */
export function createKv(transport: Transport, keys: Keys, now: () => number): Kv {
  const of = (key: string) => `kv "${key}"`;
  return {
    async get<T>(name: string, { field }: FieldOptions = {}) {
      const key = keys.kv(name);
      const words = field === undefined ? ["GET", key] : ["HGET", key, checkText(field, "field")];
      const text = await perform(transport, of(name), words, key);
      if (text === null) return undefined;
      try {
        return parse(String(text)) as T;
      } catch {
        throw new WrongTypeError(`${of(name)}: what stands there is not JSON`);
      }
    },
    async set(name, value, { ttl } = {}) {
      const key = keys.kv(name);
      const words = ["SET", key, stringify(value, "the value")];
      if (ttl !== undefined) {
        const { isSpan, millis } = expiryOf(ttl, now());
        words.push(isSpan ? "PX" : "PXAT", millis);
      }
      await perform(transport, of(name), words, key);
    },
    async delete(name) {
      const key = keys.kv(name);
      return (await perform(transport, of(name), ["UNLINK", key], key)) === 1;
    },
    async clear(pattern = "*") {
      const match = keys.kvPattern(checkText(pattern, "pattern"));
      const nodes = await nodesOf(transport, "kv");
      const counts = await Promise.all(nodes.map((node) => clearNode(node, match)));
      return counts.reduce((sum, count) => sum + count, 0);
    },
    async increment(name, amount = 1, { field, ttl } = {}) {
      const args = [amountArg(amount), field === undefined ? "" : checkText(field, "field")];
      if (ttl !== undefined) {
        const { isSpan, millis } = expiryOf(ttl, now());
        args.push(isSpan ? "PEXPIRE" : "PEXPIREAT", millis);
      }
      return readSum(await run(transport, of(name), scripts.kvIncrement, [keys.kv(name)], args));
    },
  };
}

async function clearNode(node: Node, match: string): Promise<number> {
  let removed = 0;
  let cursor = "0";
  do {
    const reply = await perform(node, "kv", ["SCAN", cursor, "MATCH", match, "COUNT", String(BATCH)], "");
    const [next, found] = reply as [string, string[]];
    cursor = next;
    // Keys of different slots do not go into one command, though they are on one node.
    if (found.length === 0) continue;
    const groups = node.hasAllSlots ? [found] : found.map((key) => [key]);
    const counts = await Promise.all(groups.map((group) => perform(node, "kv", ["UNLINK", ...group], group[0] ?? "")));
    removed += counts.reduce<number>((sum, count) => sum + Number(count), 0);
  } while (cursor !== "0");
  return removed;
}
