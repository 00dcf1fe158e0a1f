/**
 * Nested metadata as leaves under dotted paths, and back; the twin of `store/flatten.rs`.
 * Arrays and empty objects are leaves. A path begins with a dot, and so does each of its parts; a dot, a backslash or a
 * line break inside a part is escaped, so that no two objects share a path.
 */
import { MisshapedRecord, UnsupportedArgumentError } from "./errors.ts";
import { isPlain, parse, stringify } from "./json.ts";

/** An object of JSON. */
export type JsonObject = { [key: string]: unknown };

/** A path of one part that is the same in JSON. */
const SIMPLE = /^\.[\w -]+$/;

/** How deep metadata may be nested. */
const MAX_DEPTH = 100;

/** The leaves of an object: path and JSON of each. */
export function flatten(metadata: object): [path: string, leaf: string][] {
  const plain = isPlain(metadata) ? metadata : parse(stringify(metadata, "metadata"));
  if (!isObject(plain)) throw new UnsupportedArgumentError("metadata is no object");
  return descend(plain, "", 0);
}

/** The object that has these leaves; throws MisshapedRecord where one is no JSON. */
export function unflatten(leaves: readonly (readonly [path: string, leaf: string])[]): JsonObject {
  // Most metadata are not nested: then they are one text, which is quicker read than each leaf alone.
  if (leaves.every(([path]) => SIMPLE.test(path))) {
    return parseLeaf(`{${leaves.map(([path, leaf]) => `"${path.slice(1)}":${leaf}`).join()}}`) as JsonObject;
  }
  const root: JsonObject = {};
  for (const [path, leaf] of leaves) {
    const parts = split(path.slice(1));
    const last = parts.pop() ?? "";
    let object = root;
    for (const part of parts) {
      const child = Object.hasOwn(object, part) ? object[part] : undefined;
      object = isObject(child) ? child : define(object, part, {});
    }
    define(object, last, parseLeaf(leaf));
  }
  return root;
}

/** A path as people write it, `a.b`, or as its parts, in the form that leaves have. */
export function pathOf(path: string | readonly string[]): string {
  const parts = typeof path === "string" ? split(path) : path;
  const isCut = typeof path === "string" && /(?<!\\)(\\\\)*\\$/.test(path);
  if (path.length === 0 || isCut || !parts.every((part) => part.isWellFormed())) {
    throw new UnsupportedArgumentError("path is empty, ends in the middle, or holds half a surrogate pair");
  }
  return parts.map((part) => `.${escape(part)}`).join("");
}

function descend(object: JsonObject, path: string, depth: number): [string, string][] {
  if (depth > MAX_DEPTH) throw new UnsupportedArgumentError(`metadata is nested deeper than ${MAX_DEPTH}`);
  const children = Object.entries(object);
  if (children.length === 0 && depth > 0) return [[path, "{}"]];
  return children.flatMap(([name, child]) => {
    if (!name.isWellFormed()) throw new UnsupportedArgumentError("a key of metadata holds half a surrogate pair");
    const below = `${path}.${escape(name)}`;
    return isObject(child) ? descend(child, below, depth + 1) : [[below, stringify(child, "metadata")]];
  });
}

function parseLeaf(leaf: string): unknown {
  try {
    return parse(leaf);
  } catch {
    throw new MisshapedRecord("an entry holds a leaf that is no JSON");
  }
}

/** An assignment, but `__proto__` is a key like any other. */
function define<T>(object: JsonObject, key: string, value: T): T {
  if (key !== "__proto__") object[key] = value;
  else Object.defineProperty(object, key, { value, configurable: true, enumerable: true, writable: true });
  return value;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function escape(part: string): string {
  return part.replaceAll("\\", "\\\\").replaceAll(".", "\\.").replaceAll("\n", "\\n");
}

/** The parts between dots, unescaped. */
function split(path: string): string[] {
  if (!path.includes("\\")) return path.split(".");
  const parts = [""];
  for (const [, escaped, letters] of path.matchAll(/\\([^])|([^\\.]+|\.)/g)) {
    if (letters === ".") parts.push("");
    else parts[parts.length - 1] += escaped === "n" ? "\n" : (escaped ?? letters ?? "");
  }
  return parts;
}
