/**
 * How a record stands in Redis, and what is asked of it: `{"created":N,"revision":N,"listed":[…],"record":{…}}`.
 * It stands with the names of the lists that hold it, so that whoever changes it knows what to change there, whatever the
 * indexes were when it was written.
 */
import type { Index } from "./criteria.ts";
import { MisshapedRecord, UnsupportedArgumentError } from "./errors.ts";
import type { JsonObject } from "./flatten.ts";
import { parse, stringify } from "./json.ts";
import type { Reply } from "./transport.ts";

/** An index in full. */
export interface Declared {
  fields: readonly string[];
  unique: boolean;
}

/** A list that holds a record. */
export interface List extends Declared {
  list: string;
}

/** A record as it stands. */
export interface Stored {
  /** Another one after each change; never the same twice in a resource. */
  revision: number;
  /** The lists that hold it, besides that of all. */
  listed: string[];
  record: JsonObject;
}

/** The name of the list of all records. */
export const ALL = "[]";

/** An index in full. */
export function declare(index: Index): Declared {
  const { fields, unique } =
    typeof index === "object" && "fields" in index ? index : { fields: index, unique: false as boolean };
  return { fields: typeof fields === "string" ? [fields] : fields, unique };
}

/** Reads what stands under a record's key. @param subject what it is about, for errors */
export function parseStored(reply: Reply, subject: string): Stored | undefined {
  if (reply === null) return undefined;
  try {
    const { revision, listed, record } = parse(String(reply)) as Partial<Stored>;
    if (typeof revision === "number" && Array.isArray(listed) && isObject(record)) return { revision, listed, record };
  } catch {
    // What is no JSON is no record either.
  }
  throw new MisshapedRecord(`${subject}: something else stands under its key`);
}

/** The lists that hold a record: one for each index whose fields it has. */
export function listsOf(record: JsonObject, indexes: readonly Declared[]): List[] {
  return indexes.flatMap(({ fields, unique }) => {
    if (!fields.every((field) => Object.hasOwn(record, field) && record[field] !== undefined)) return [];
    const wrong = fields.find((field) => !isIndexable(record[field]));
    if (wrong === undefined) return [{ list: listOf(record, fields), fields, unique }];
    throw new MisshapedRecord(`${wrong} is indexed, and no string, integer, boolean or null`);
  });
}

/** The list of the records that have these values. */
export function listFor(criteria: JsonObject, indexes: readonly Declared[]): string {
  if (!isObject(criteria)) throw new UnsupportedArgumentError("what records are found by is no object");
  const names = Object.keys(criteria);
  if (names.length === 0) return ALL;
  const index = indexes.find(
    ({ fields }) => fields.length === names.length && fields.every((field) => Object.hasOwn(criteria, field)),
  );
  const declared = indexes.map(({ fields }) => fields.join("+")).join(", ") || "none";
  if (index === undefined) {
    throw new UnsupportedArgumentError(`no index has the fields ${names.join("+")}; declared: ${declared}`);
  }
  const wrong = names.find((name) => !isIndexable(criteria[name]));
  if (wrong === undefined) return listOf(criteria, index.fields);
  throw new UnsupportedArgumentError(`${wrong} is no string, integer, boolean or null; declared: ${declared}`);
}

/** Field and value in turn: the same text in every language. */
function listOf(values: JsonObject, fields: readonly string[]): string {
  return stringify(
    fields.flatMap((field) => [field, values[field] === 0 ? 0 : values[field]]),
    "an indexed value",
  );
}

function isIndexable(value: unknown): boolean {
  if (typeof value === "bigint") return BigInt.asIntN(64, value) === value || BigInt.asUintN(64, value) === value;
  // Half a surrogate pair is in no other language's strings.
  if (typeof value === "string") return value.isWellFormed();
  return value === null || typeof value === "boolean" || Number.isSafeInteger(value);
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
