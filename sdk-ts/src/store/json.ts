/**
 * JSON that comes back as it went in: numbers keep their digits.
 * Integers beyond 2^53 are bigints when they are read; numbers of that size are written with an exponent, by which the
 * two stay apart. What JSON cannot say, such as NaN, a function or a Map, is refused instead of turned into something else.
 */
import { UnsupportedArgumentError } from "./errors.ts";

/** Parts of JSON that TypeScript's libraries do not declare yet. */
interface SourceJson {
  rawJSON(text: string): unknown;
  parse(text: string, reviver: (key: string, value: unknown, context?: { source?: string }) => unknown): unknown;
}

/** How deep to look. */
const MOST_PLAIN = 20;

const json = JSON as unknown as SourceJson;

/**
 * The text of a value.
 *
 * Throws UnsupportedArgumentError where it has none, or would not come back equal.
 * @param what names the value in the error
 */
export function stringify(value: unknown, what: string): string {
  let text: string | undefined;
  try {
    // A replacer is slow, and nearly no value needs one.
    text = isPlain(value) ? JSON.stringify(value) : JSON.stringify(value, write);
  } catch (cause) {
    throw new UnsupportedArgumentError(`${what} cannot be told in JSON`, { cause });
  }
  if (text === undefined) throw new UnsupportedArgumentError(`${what} cannot be told in JSON`);
  return text;
}

/** The value of a text; throws a SyntaxError where it is no JSON. */
export function parse(text: string): unknown {
  // Nearly no text holds such a number, and a reviver is slow.
  return /\d{16}/.test(text) ? json.parse(text, read) : JSON.parse(text);
}

/** Whether JSON.stringify says all of it, and says it as it is. */
export function isPlain(value: unknown, depth = 0): boolean {
  if (typeof value === "string" || typeof value === "boolean" || value === null) return true;
  if (typeof value === "number") {
    return Number.isSafeInteger(value) ? !Object.is(value, -0) : Number.isFinite(value) && !Number.isInteger(value);
  }
  if (typeof value !== "object" || depth > MOST_PLAIN) return false;
  if (Array.isArray(value)) {
    // `every` passes over holes.
    for (const it of value) if (!isPlain(it, depth + 1)) return false;
    return true;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  return Object.values(value).every((it) => isPlain(it, depth + 1));
}

/** The kinds of objects that JSON says by their properties, or takes for what they wrap. */
const TOLD = new Set(["Object", "Array", "String", "Number", "Boolean"].map((kind) => `[object ${kind}]`));

function write(this: unknown, key: string, value: unknown): unknown {
  if (typeof value === "bigint") return json.rawJSON(String(value));
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new TypeError(`${value} is not in JSON`);
    if (Object.is(value, -0)) return json.rawJSON("-0");
    if (Number.isInteger(value) && !Number.isSafeInteger(value)) return json.rawJSON(value.toExponential());
  }
  const isNothing = value === undefined && Array.isArray(this);
  // What Map, Uint8Array and their like hold stands in no property, and JSON would say `{}` or less.
  const isOpaque = typeof value === "object" && value !== null && !TOLD.has(Object.prototype.toString.call(value));
  const isNoDate = value === null && (this as Record<string, unknown>)[key] instanceof Date;
  if (isOpaque || isNoDate || isNothing || typeof value === "function" || typeof value === "symbol")
    throw new TypeError("not in JSON");
  return value;
}

function read(_key: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source;
  if (typeof value !== "number" || Number.isSafeInteger(value) || source === undefined) return value;
  return /^-?\d+$/.test(source) ? BigInt(source) : value;
}
