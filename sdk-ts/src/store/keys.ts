/**
 * The names of the store's keys, the same as `keys.rs` and `store/` of the Rust core spell them; nothing else spells one.
 * All stand under `{prefix}:store:`, apart from the exporter's. The kind goes first and what the caller chose last, so that
 * no choice can spell another kind's key.
 */
import { UnsupportedArgumentError } from "./errors.ts";

/** Where the keys live. */
export interface Layout {
  /** `notion` by default. */
  prefix?: string | undefined;
  /** What joins the parts of a key; `:` by default. */
  separator?: string | undefined;
  /** Puts all keys into one slot of a Redis Cluster, which every operation on more than one key needs there. */
  hashTag?: string | undefined;
}

/** Spells keys. */
export interface Keys {
  /** String: a value, as JSON; or a hash of numbers. */
  kv(name: string): string;
  /** Sorted set: the ids of an index by score. */
  index(name: string): string;
  /** Hash: the metadata of an index's entries. */
  entries(name: string): string;
  /** Stream: events. */
  stream(name: string): string;
  /** Stream: what the exporter tells. */
  events(): string;
  /** Strings: the records of a resource, by id. */
  resource(name: string): (id: string) => string;
  /** Sorted sets: the records that have the same values in the fields of an index, by the instant at which they expire. */
  list(name: string): (values: string) => string;
  /** Integer: raised by each change of a record. */
  sequence(name: string): string;
  /** The channel on which a resource speaks. */
  channel(name: string): string;
  /** The pattern that matches the keys of values whose names match this one. */
  kvPattern(pattern: string): string;
}

/** The longest key in bytes: Upstash takes no longer one. */
const MAX_KEY = 32 * 1024;

/** The byte order mark. @upstash/redis takes it off the front of every text that Redis replies with. */
const MARK = "\ufeff";

/** The keys of a layout. */
export function keysOf({ prefix = "notion", separator = ":", hashTag }: Layout): Keys {
  if (separator === "") throw new UnsupportedArgumentError("separator is empty: keys would run into each other");
  if (hashTag !== undefined && !/^[^{}]+$/.test(hashTag)) {
    throw new UnsupportedArgumentError("hashTag is empty or holds a brace: pass the text between the braces");
  }
  if (prefix.startsWith(MARK)) throw new UnsupportedArgumentError("prefix begins with a byte order mark");
  const root = [prefix, ...(hashTag === undefined ? [] : [`{${hashTag}}`])].join(separator);
  const store = (...parts: string[]) => [root, "store", ...parts].join(separator);
  const below = (prefix: string, what: string) => (name: string) => checked(prefix + checkText(name, what));
  const named = (kind: string) => below(store(kind, ""), kind);
  const ofResource = (kind: string) => (name: string) => {
    // Also where the separator would begin within the name, as after "a:" with "::".
    if ((checkText(name, "resource") + separator).indexOf(separator) !== name.length) {
      throw new UnsupportedArgumentError(`resource "${name}" runs into the separator: its keys could be another's`);
    }
    return below(store(kind, name, ""), "id");
  };
  return {
    kv: named("kv"),
    index: named("index"),
    entries: named("entries"),
    stream: named("stream"),
    events: () => [root, "events"].join(separator),
    resource: ofResource("resource"),
    list: ofResource("list"),
    sequence: named("sequence"),
    channel: named("channel"),
    kvPattern: (pattern) => store("kv", "").replace(/[*?[\]\\^-]/g, "\\$&") + pattern,
  };
}

/**
 * Text that Redis can hold and every client gives back, and not empty: half a surrogate pair would become the same as any
 * other half, and without its byte order mark an id is another's.
 */
export function checkText(text: string, what: string): string {
  if (typeof text !== "string" || text === "") throw new UnsupportedArgumentError(`${what} is empty or no string`);
  if (!text.isWellFormed()) throw new UnsupportedArgumentError(`${what} holds half a surrogate pair`);
  if (text.startsWith(MARK)) throw new UnsupportedArgumentError(`${what} begins with a byte order mark`);
  return text;
}

function checked(key: string): string {
  // A letter has three bytes at most, so that short keys need no counting.
  if (key.length * 3 > MAX_KEY && new TextEncoder().encode(key).length > MAX_KEY) {
    throw new UnsupportedArgumentError("the key would be longer than 32 KB");
  }
  return key;
}
