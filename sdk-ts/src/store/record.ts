/**
 * How a record stands in Redis, and what is asked of it: `{"created":N,"revision":N,"listed":[…],"record":{…}}`.
 * It stands with the names of the lists that hold it, so that whoever changes it knows what to change there, whatever the
 * indexes were when it was written.
 */
import { MisshapedRecord, UnsupportedArgumentError } from "./errors.ts";
import type { JsonObject } from "./flatten.ts";
import { parse, stringify } from "./json.ts";
import type { Reply } from "./transport.ts";

/** A field, several fields together, or either of them with the promise that no two records share the values. */
export type Index = string | readonly string[] | { fields: string | readonly string[]; unique: true };

/** An index in full. */
export interface Declared {
  fields: readonly string[];
  unique: boolean;
}

/** A record as it stands. */
export interface Stored {
  /** Another one after each change; never the same twice in a resource. */
  revision: number;
  /** The lists that hold it, besides that of all. */
  listed: string[];
  record: JsonObject;
}

/** Part of the Standard Schema interface (standardschema.dev), which validators have in common. */
export interface Schema<T> {
  readonly "~standard": {
    readonly validate: (value: unknown) => SchemaResult<T> | Promise<SchemaResult<T>>;
  };
}

type SchemaResult<T> =
  | { readonly value: T; readonly issues?: undefined }
  | { readonly issues: readonly { readonly message: string; readonly path?: readonly unknown[] | undefined }[] };

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

/** Checks a record by the schema, if there is one, and gives what that makes of it. */
export async function validate<T>(record: unknown, schema: Schema<T> | undefined, subject: string): Promise<T> {
  if (!isObject(record)) throw new MisshapedRecord(`${subject} is no object`);
  if (schema === undefined) return record as T;
  const result = await schema["~standard"].validate(record);
  if (result.issues === undefined) return result.value;
  const issues = result.issues.map(({ message, path = [] }) => {
    const at = path.map((it) => (typeof it === "object" && it !== null && "key" in it ? it.key : it));
    return at.length > 0 ? `${at.join(".")}: ${message}` : message;
  });
  throw new MisshapedRecord(`${subject} is not what its schema asks for: ${issues.join("; ")}`, issues);
}

/** The lists that hold a record: one for each index whose fields it has. */
export function listsOf(record: JsonObject, indexes: readonly Declared[]): { list: string; unique: boolean }[] {
  return indexes.flatMap(({ fields, unique }) => {
    if (!fields.every((field) => Object.hasOwn(record, field) && record[field] !== undefined)) return [];
    const wrong = fields.find((field) => !isIndexable(record[field]));
    if (wrong === undefined) return [{ list: listOf(record, fields), unique }];
    throw new MisshapedRecord(`${wrong} is indexed, and no string, integer, boolean or null`);
  });
}

/** The list of the records that have these values. */
export function listFor(criteria: JsonObject, indexes: readonly Declared[]): string {
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

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
