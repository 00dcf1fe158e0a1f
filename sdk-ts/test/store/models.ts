/** The structures of the store in memory, as simple as they can be: what they give is what the store is to give. */

/** An error by its name, as the store throws them. */
function refuse(name: string): never {
  throw Object.assign(new Error(name), { name });
}

const LARGEST = 2n ** 63n;

/** A number as it stands: its quarters, so that sums are exact, and whether it is spelled as an integer. */
interface Counted {
  quarters: bigint;
  isInteger: boolean;
}

function counted(value: unknown): Counted {
  if (typeof value === "bigint") return { quarters: value * 4n, isInteger: true };
  if (typeof value !== "number") refuse("NotANumberError");
  return { quarters: BigInt(value * 4), isInteger: Number.isSafeInteger(value) && !Object.is(value, -0) };
}

/** Integers are exact to 64 bits, and so are these fractions. */
function sum(stored: unknown, added: number | bigint): number | bigint {
  const [a, b] = [counted(stored), counted(Object.is(added, -0) ? 0 : added)];
  const quarters = a.quarters + b.quarters;
  const isTooLong = quarters >= LARGEST * 4n || quarters < -LARGEST * 4n;
  const isLongFloat = Math.abs(Number(a.quarters) / 4 + Number(b.quarters) / 4) >= 2 ** 63;
  if (b.isInteger && (a.isInteger ? isTooLong : isLongFloat)) refuse("NotANumberError");
  if (quarters % 4n !== 0n) return Number(quarters) / 4;
  const whole = quarters / 4n;
  return Number.isSafeInteger(Number(whole)) ? Number(whole) : whole;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** A Map. */
export function kvModel() {
  const values = new Map<string, unknown>();
  const globs: Record<string, RegExp> = { "*": /^/, "a*": /^a/, "[ab]": /^[ab]$/, "?": /^[ -~]$/, "a~b": /^a~b$/ };
  return {
    get: (key: string) => values.get(key),
    set: (key: string, value: unknown) => void values.set(key, structuredClone(value)),
    delete: (key: string) => values.delete(key),
    clear: (pattern = "*") =>
      [...values.keys()].filter((key) => globs[pattern]?.test(key) && values.delete(key)).length,
    increment(key: string, amount: number | bigint = 1) {
      const total = sum(values.get(key) ?? (values.has(key) ? null : 0), amount);
      values.set(key, total);
      return total;
    },
  };
}

interface Entry {
  id: string;
  score: number;
  version: number;
  metadata: Record<string, unknown>;
}

interface Reading {
  order?: "newest" | "oldest";
  min?: number;
  max?: number;
  offset?: number;
  limit?: number;
}

/** A list that is sorted whenever it is read; a cursor is the entry that it stands behind. */
export function indexModel() {
  const entries = new Map<string, Entry>();
  let highest = 0;
  let going: [Reading, Entry] | undefined;
  const within = ({ min = -Infinity, max = Infinity }: Reading) =>
    [...entries.values()].filter(({ score }) => score >= min && score <= max);
  const compare = (a: Entry, b: Entry) => (a.score === b.score ? byBytes(a.id, b.id) : a.score < b.score ? -1 : 1);
  const read = (options: Reading, after?: Entry) => {
    const { order = "newest", offset = 0, limit = 20 } = options;
    const sign = order === "newest" ? -1 : 1;
    const sorted = within(options).sort((a, b) => sign * compare(a, b));
    const left = sorted.filter((entry) => after === undefined || sign * compare(entry, after) > 0).slice(offset);
    const part = left.slice(0, limit);
    const last = part.at(-1);
    const more = left.length > part.length;
    going = more && last !== undefined ? [{ ...options, offset: 0 }, { ...last }] : undefined;
    return { entries: structuredClone(part), more };
  };
  return {
    get: (id: string) => structuredClone(entries.get(id)),
    add(id: string, { score, metadata = {} }: { score: number; metadata?: Record<string, unknown> }) {
      if (entries.has(id)) return false;
      entries.set(id, { id, score: score + 0, version: highest + 1, metadata: structuredClone(metadata) });
      return true;
    },
    update(id: string, change: Partial<Entry>, off: number) {
      const entry = entries.get(id);
      if (entry === undefined) return { outcome: "missing" };
      if (off !== 0) return { outcome: "conflict", version: entry.version };
      if (change.score !== undefined) entry.score = change.score + 0;
      if (change.metadata !== undefined) entry.metadata = structuredClone(change.metadata);
      return { outcome: "updated", version: (entry.version += 1) };
    },
    increment(id: string, path: string, amount: number | bigint = 1) {
      const entry = entries.get(id);
      if (entry === undefined) return undefined;
      const parts = path === "a\\.b" ? ["a.b"] : path.split(".");
      const last = parts.pop() ?? "";
      const metadata = structuredClone(entry.metadata);
      let object = metadata;
      for (const part of parts) {
        const child = Object.hasOwn(object, part) ? object[part] : (object[part] = {});
        if (!isObject(child)) refuse("NotANumberError");
        object = child;
      }
      const total = sum(Object.hasOwn(object, last) ? object[last] : 0, amount);
      object[last] = total;
      Object.assign(entry, { metadata, version: entry.version + 1 });
      return total;
    },
    delete(id: string) {
      highest = Math.max(highest, entries.get(id)?.version ?? 0);
      return entries.delete(id);
    },
    count: (range: Reading) => within(range).length,
    read: (options: Reading) => read(options),
    next: (limit: number | undefined) => going && read({ ...going[0], ...(limit && { limit }) }, going[1]),
  };
}

interface Row {
  created: number;
  expires: number;
  record: Record<string, unknown>;
}

const INDEXES = [["kind"], ["kind", "rank"], ["slug"]];

/** A list in the order of creation. */
export function resourceModel() {
  const rows = new Map<string, Row>();
  let sequence = 0;
  const isIndexable = (it: unknown) =>
    it === null || typeof it === "boolean" || (typeof it === "string" ? it.isWellFormed() : Number.isSafeInteger(it));
  const has = (record: object, fields: string[]) => fields.every((field) => (record as never)[field] !== undefined);
  const found = (by: Record<string, unknown>) => {
    if (!Object.values(by).every(isIndexable)) refuse("UnsupportedArgumentError");
    const same = ({ record }: Row) => Object.keys(by).every((field) => record[field] === by[field]);
    const sorted = [...rows.values()].filter(same);
    return sorted.sort((a, b) => (a.expires === b.expires ? a.created - b.created : a.expires < b.expires ? -1 : 1));
  };
  const put = (id: string, given: object, expires: number) => {
    const record = Object.fromEntries(Object.entries({ ...given, id }).filter(([, it]) => it !== undefined));
    for (const fields of INDEXES) {
      if (has(record, fields) && !fields.every((field) => isIndexable(record[field]))) refuse("MisshapedRecord");
    }
    const others = [...rows].some(
      ([
        other,
        {
          record: { slug },
        },
      ]) => other !== id && slug === record.slug,
    );
    if (record.slug !== undefined && others) refuse("RecordExists");
    const created = rows.get(id)?.created ?? sequence + 1;
    sequence += 1;
    rows.set(id, { created, expires, record: structuredClone(record) });
    return { ...given, id };
  };
  const until = ({ ttl = null }: { ttl?: Date | null } = {}) => ttl?.getTime() ?? Infinity;
  return {
    create(record: { id: string }, options?: object) {
      const wrong = INDEXES.some(
        (fields) => has(record, fields) && !fields.every((it) => isIndexable((record as never)[it])),
      );
      if (wrong) refuse("MisshapedRecord");
      if (rows.has(record.id)) refuse("RecordExists");
      return put(record.id, record, until(options));
    },
    update(id: string, changes: object, options: { ttl?: Date | null } = {}) {
      const row = rows.get(id);
      if (row === undefined) refuse("UnknownRecordError");
      return put(id, { ...row.record, ...changes }, options.ttl === undefined ? row.expires : until(options));
    },
    save: (record: { id: string }, options?: object) => put(record.id, record, until(options)),
    delete: (id: string) => rows.delete(id),
    get: (by: string | Record<string, unknown>) =>
      structuredClone((typeof by === "string" ? rows.get(by) : found(by)[0])?.record),
    list(by: Record<string, unknown>, { page, size = 10 }: { page: number; size?: number }) {
      const all = found(by).map(({ record }) => structuredClone(record));
      return { records: all.slice((page - 1) * size, page * size), pager: { page, size, total: all.length } };
    },
  };
}

interface ReadingEvents {
  order?: "newest" | "oldest";
  from?: number | undefined;
  to?: number | undefined;
  limit?: number;
  types?: string[];
}

/** A list whose gaps stay; an event's id is its place. */
export function streamModel() {
  const events: ({ id: number; type: string; data: unknown } | undefined)[] = [];
  let going: [ReadingEvents, number] | undefined;
  const place = (at: number | undefined) => (at !== undefined && at < events.length ? at : undefined);
  const read = (options: ReadingEvents, after?: number) => {
    const { order = "oldest", from = 0, to = Infinity, limit = 100, types = [] } = options;
    const isOldest = order === "oldest";
    const there = events.filter((it) => it !== undefined);
    if (!isOldest) there.reverse();
    const left = there.filter(({ id }) =>
      after === undefined ? id >= from && id <= to : isOldest ? id > after && id <= to : id < after && id >= from,
    );
    const part = left.filter(({ type }) => types.length === 0 || types.includes(type)).slice(0, limit);
    const last = part.at(-1);
    const more = last !== undefined && part.length === limit;
    going = more ? [options, last.id] : undefined;
    const missed = isOldest && after !== undefined && events[after] === undefined && left.length > 0;
    return { events: part.map((it) => structuredClone(it)), more, missed };
  };
  return {
    append: (type: string, data: unknown) => events.push({ id: events.length, type, data: structuredClone(data) }),
    delete(at: number) {
      if (at >= events.length) return false;
      const removed = Number(events[at] !== undefined);
      events[at] = undefined;
      return removed;
    },
    read: (options: ReadingEvents) => read({ ...options, from: place(options.from), to: place(options.to) }),
    next: (limit: number | undefined) => going && read({ ...going[0], ...(limit && { limit }) }, going[1]),
  };
}
