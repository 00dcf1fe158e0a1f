/**
 * Runs the cases of tests/conformance, which are the same for every language: steps, each with what it gives or how it fails.
 * In a step, `$root` and `$tag` stand for the case's own prefix and hash tag, and objects with one `$` key for what JSON
 * cannot say or the case cannot know.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { type Index, type Resource, type Store, type Transport, createStore } from "../../src/store/index.ts";
import { parse } from "../../src/store/json.ts";

interface Case {
  name: string;
  prefix?: string;
  /** The indexes of the resources that the case uses. */
  resources?: Record<string, Index[]>;
  steps: Step[];
}

interface Step {
  call?: string;
  raw?: string[];
  on?: string;
  with?: Record<string, unknown>;
  gives?: unknown;
  fails?: string;
  saves?: string;
}

// The arguments come from a file that both languages read: that they fit is what running it shows.
type Arguments = any;
type Operation = (store: Store, on: string, given: Arguments) => Promise<unknown>;
type OnResource = (resource: Resource<Any>, given: Arguments) => Promise<unknown>;
type Any = { id: string; [field: string]: unknown };

const operations: Record<string, Operation> = {
  "kv.get": ({ kv }, _, { key, ...options }) => kv.get(key, options),
  "kv.set": ({ kv }, _, { key, value, ...options }) => kv.set(key, value, options),
  "kv.delete": ({ kv }, _, { key }) => kv.delete(key),
  "kv.clear": ({ kv }, _, { pattern }) => kv.clear(pattern),
  "kv.increment": ({ kv }, _, { key, amount, ...options }) => kv.increment(key, amount, options),
  "index.add": (store, on, { id, ...entry }) => store.index(on).add(id, entry),
  "index.get": (store, on, { id }) => store.index(on).get(id),
  "index.read": (store, on, options) => store.index(on).read(options),
  "index.update": (store, on, { id, ...change }) => store.index(on).update(id, change),
  "index.updateWithRetry": (store, on, { id, ...change }) => store.index(on).updateWithRetry(id, () => change),
  "index.increment": (store, on, { id, path, amount }) => store.index(on).increment(id, path, amount),
  "index.delete": (store, on, { id }) => store.index(on).delete(id),
  "index.count": (store, on, range) => store.index(on).count(range),
  "stream.append": (store, on, { length, ...event }) => store.stream(on).append(event, { length }),
  "stream.read": (store, on, options) => store.stream(on).read(options),
  "stream.delete": (store, on, { ids }) => store.stream(on).delete(...ids),
};

const onResource: Record<string, OnResource> = {
  get: (resource, { by }) => resource.get(by),
  load: (resource, { by }) => resource.load(by),
  create: (resource, { record, ...options }) => resource.create(record, options),
  update: (resource, { id, changes, ...options }) => resource.update(id, changes, options),
  save: (resource, { record, ...options }) => resource.save(record, options),
  delete: (resource, { id }) => resource.delete(id),
  pick: (resource, { id, fields }) => resource.pick(id, ...fields),
  list: (resource, { criteria, ...options }) => resource.list(criteria, options),
  key: async (resource, { id }) => resource.key(id),
};

/** Registers a test for each case of one file. */
export function conformance(structure: string, transport: () => Transport): void {
  const file = new URL(`../../../tests/conformance/${structure}.json`, import.meta.url);
  for (const [at, it] of (parse(readFileSync(file, "utf8")) as Case[]).entries()) {
    test(`${structure}: ${it.name}`, () => runCase(it, transport(), `${structure}${at}`));
  }
}

let runs = 0;

async function runCase({ prefix, resources = {}, steps }: Case, transport: Transport, name: string): Promise<void> {
  runs += 1;
  const hashTag = `${name}-${runs}`;
  const layout = { prefix: prefix ?? "c", hashTag };
  let now = Date.now();
  const store = createStore({ transport, ...layout, now: () => now });
  const root = `${layout.prefix}:{${hashTag}}`;
  let saved: unknown;
  for (const step of steps) {
    const told = JSON.stringify(step, (_, value) => (typeof value === "bigint" ? String(value) : value)).slice(0, 300);
    const given = fill(step.with ?? {}, saved) as Arguments;
    const ask = async () => {
      if (step.raw === undefined) return perform(store, resources, step, given);
      const words = step.raw.map((word) => word.replace("$root", () => root).replace("$tag", () => hashTag));
      return transport.send(words, words[1] ?? "");
    };
    if (step.call === "clock.advance") now += given.seconds * 1000;
    else if (step.fails !== undefined) await assert.rejects(ask, { name: new RegExp(`^${step.fails}`) }, told);
    else {
      const { result, cursor } = unwrap(step, await ask());
      if (step.saves === "cursor") saved = cursor;
      if ("gives" in step) {
        const expected = typeof step.gives === "string" ? step.gives.replace("$root", () => root) : step.gives;
        assert.deepStrictEqual(masked(result, expected), fill(expected, saved), told);
      }
    }
  }
}

async function perform(
  store: Store,
  resources: Record<string, Index[]>,
  step: Step,
  given: Arguments,
): Promise<unknown> {
  const { call = "", on = "" } = step;
  const [structure, name = ""] = call.split(".");
  if (structure === "resource") {
    const operation = onResource[name];
    assert.ok(operation, call);
    return operation(store.resource<Any>(on, { indexes: resources[on] }), given);
  }
  const operation = operations[call.replace("index.ids", "index.read").replace("stream.types", "stream.read")];
  assert.ok(operation, call);
  return operation(store, on, given);
}

/** `index.ids` and `stream.types` are readings of which only so much is compared. */
function unwrap({ call }: Step, result: any): { result: unknown; cursor: unknown } {
  const cursor = result?.cursor;
  if (call === "index.ids") return { result: result.entries.map((it: { id: string }) => it.id), cursor };
  if (call === "stream.types") return { result: result.events.map((it: { type: string }) => it.type), cursor };
  return { result, cursor };
}

/** Puts in what the `$` keys stand for. */
function fill(value: any, saved: unknown): any {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((it) => fill(it, saved));
  if ("$missing" in value) return undefined;
  if ("$saved" in value) return saved;
  if ("$date" in value) return new Date(value.$date);
  if ("$repeat" in value) return value.$repeat[0].repeat(value.$repeat[1]);
  return own(Object.entries(value).map(([key, it]) => [key, fill(it, saved)]));
}

/** The result, with the expected mark wherever any value will do, and without what is undefined. */
function masked(result: any, expected: any): any {
  if (expected !== null && typeof expected === "object" && "$any" in expected && result !== undefined) return expected;
  if (typeof result !== "object" || result === null) return result;
  if (Array.isArray(result)) return result.map((it, at) => masked(it, expected?.[at]));
  return own(
    Object.entries(result)
      .filter(([, it]) => it !== undefined)
      .map(([key, it]) => [
        key,
        masked(it, expected !== null && Object.hasOwn(Object(expected), key) ? expected[key] : {}),
      ]),
  );
}

/** An object with these keys, `__proto__` being one like any other. */
function own(entries: [string, unknown][]): object {
  return Object.fromEntries(entries);
}
