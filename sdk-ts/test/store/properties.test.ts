/** What holds for any JSON: it survives, and so do nested metadata on their way to leaves and back. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import fc from "fast-check";
import { flatten, pathOf, unflatten } from "../../src/store/flatten.ts";
import { type Store, createStore } from "../../src/store/index.ts";
import { parse, stringify } from "../../src/store/json.ts";
import { ioredisTo, programs, startServer } from "./servers.ts";

/**
 * Keys that are odd more often than chance would have it. None that JSON escapes beside a backslash: JSON.parse of Node 24
 * takes `"\n"` for the key `\` where it has seen an object with that one at the same place. The cases have such keys.
 */
const key = fc.oneof(
  fc.stringMatching(/^[^"\\\p{C}]{0,5}$/u),
  fc.constantFrom("", ".", "\\", "a.b", "__proto__", ".\\."),
);

const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.constant(null),
    fc.boolean(),
    fc.double({ noDefaultInfinity: true, noNaN: true }),
    fc.integer(),
    fc.bigInt({ min: 2n ** 53n, max: 2n ** 80n }),
    fc.string({ unit: "binary" }),
    fc.constantFrom("null", "123", "1e3", "{}", "[]", "\ud800", 2 ** 53, -0, 1e21, {}, []),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.array(fc.tuple(key, tie("value")), { maxLength: 4 }).map(toObject),
  ),
}));
const object = fc.array(fc.tuple(key, value), { maxLength: 5 }).map(toObject);

function toObject(entries: [string, unknown][]): object {
  return Object.fromEntries(entries);
}

let store: Store;

before(async () => {
  const port = await startServer(programs[0] ?? "redis-server");
  store = createStore({ transport: ioredisTo(port) });
});

test("any JSON comes back equal from its text", () => {
  fc.assert(
    fc.property(value, (it) => assert.deepStrictEqual(parse(stringify(it, "it")), it)),
    { numRuns: 2000 },
  );
});

test("unflatten is the inverse of flatten, and no two leaves share a path", () => {
  const check = (it: object) => {
    const leaves = flatten(it);
    assert.deepStrictEqual(unflatten(leaves), it);
    assert.equal(new Set(leaves.map(([path]) => path)).size, leaves.length);
  };
  fc.assert(fc.property(object, check), { numRuns: 2000 });
});

test("any JSON survives kv", async () => {
  const check = async (name: string, it: unknown) => {
    await store.kv.set(name, it);
    assert.deepStrictEqual(await store.kv.get(name), it);
  };
  await fc.assert(fc.asyncProperty(fc.string({ unit: "binary", minLength: 1 }), value, check), { numRuns: 300 });
});

test("any metadata survives an index, under any id, through an update", async () => {
  const check = async (id: string, before: object, after: object) => {
    const index = store.index(`of ${id}`);
    await index.delete(id);
    await index.add(id, { score: 1, metadata: before });
    const { version = 0, metadata } = (await index.get(id)) ?? {};
    assert.deepStrictEqual(metadata, before);
    await index.update(id, { version, metadata: after });
    assert.deepStrictEqual((await index.read()).entries, [{ id, score: 1, version: version + 1, metadata: after }]);
  };
  const id = fc.string({ unit: "binary", minLength: 1 });
  await fc.assert(fc.asyncProperty(id, object, object, check), { numRuns: 200 });
});

test("a path by its parts and as text is the same", () => {
  const parts = fc.array(fc.string({ unit: "binary", minLength: 1 }), { minLength: 1, maxLength: 4 });
  const written = (it: string[]) => it.map((part) => part.replace(/[\\.]/g, "\\$&")).join(".");
  fc.assert(fc.property(parts, (it) => assert.equal(pathOf(written(it)), pathOf(it))));
});
