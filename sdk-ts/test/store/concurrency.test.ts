/** Many clients at once, each over a connection of its own, against one real server. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { type Store, createStore } from "../../src/store/index.ts";
import { ioredisTo, programs, startServer } from "./servers.ts";

const CLIENTS = 50;
const [program = "redis-server"] = programs;
let stores: Store[];

before(async () => {
  const port = await startServer(program);
  stores = Array.from({ length: CLIENTS }, () => createStore({ transport: ioredisTo(port) }));
  await all((store) => store.kv.get("connected"));
});

test("of fifty that create one record, one wins", async () => {
  const outcomes = await all(async (store, at) => {
    const users = store.resource<User>("users", { indexes: ["by"] });
    return users.create({ id: "one", by: at }).then(
      () => at,
      (error: Error) => error.name,
    );
  });
  const winners = outcomes.filter((it) => typeof it === "number");
  assert.equal(winners.length, 1);
  assert.ok(outcomes.every((it) => it === winners[0] || it === "RecordExists"));
  const users = first().resource<User>("users", { indexes: ["by"] });
  assert.deepEqual((await users.list({ by: winners[0] as number })).records, [{ id: "one", by: winners[0] }]);
  assert.equal((await users.list()).pager.total, 1);
});

test("of fifty that claim one value of a unique index, one wins", async () => {
  const options = { indexes: [{ fields: "by", unique: true }] } as const;
  const claim = (store: Store, at: number) => store.resource<User>("claims", options).create({ id: `${at}`, by: 0 });
  const outcomes = await Promise.allSettled(stores.map(claim));
  assert.equal(outcomes.filter(({ status }) => status === "fulfilled").length, 1);
  assert.equal((await first().resource<User>("claims", options).list({ by: 0 })).pager.total, 1);
});

test("of fifty that add one entry, one wins", async () => {
  const outcomes = await all((store, at) => store.index("added").add("one", { score: at, metadata: { at } }));
  assert.equal(outcomes.filter(Boolean).length, 1);
  const entry = await first().index("added").get("one");
  assert.deepEqual(entry?.metadata, { at: entry?.score });
});

test("fifty updates of one entry with retry lose none", async () => {
  await first()
    .index("updated")
    .add("one", { metadata: { seen: [] } });
  await all((store, at) =>
    store.index<{ seen: number[] }>("updated").updateWithRetry("one", ({ metadata }) => ({
      metadata: { seen: [...metadata.seen, at] },
    })),
  );
  const entry = await first().index<{ seen: number[] }>("updated").get("one");
  assert.equal(entry?.version, CLIENTS + 1);
  assert.deepEqual(
    entry?.metadata.seen.toSorted((a, b) => a - b),
    [...stores.keys()],
  );
});

test("fifty updates of one record lose none, and leave it in one list", async () => {
  const of = (store: Store) => store.resource<User>("changed", { indexes: ["by"] });
  await of(first()).create({ id: "one", by: -1 });
  await all((store, at) => of(store).update("one", { by: at, [`field${at}`]: at }));
  const record = await of(first()).load("one");
  assert.equal(Object.keys(record).length, CLIENTS + 2);
  const totals = await all(async (store, at) => (await of(store).list({ by: at })).pager.total);
  assert.equal(
    totals.reduce((sum, total) => sum + total),
    1,
  );
  assert.equal(totals[record.by as number], 1);
});

test("fifty increments of one field are exact", async () => {
  await first()
    .index("counted")
    .add("one", { metadata: { n: { deep: 9007199254740990 } } });
  const sums = await all((store) => store.index("counted").increment("one", "n.deep"));
  assert.equal(new Set(sums).size, CLIENTS);
  assert.deepEqual((await first().index("counted").get("one"))?.metadata, { n: { deep: 9007199254741040n } });
  await all((store) => store.kv.increment("counter", 3, { field: "f" }));
  assert.equal(await first().kv.get("counter", { field: "f" }), 3 * CLIENTS);
});

test("who reads lists during writes sees no half-written entry and no half-written record", async () => {
  const entries = (store: Store) => store.index<{ a: number; b: { c: number } }>("whole");
  const records = (store: Store) => store.resource<Pair>("whole", { indexes: ["a"] });
  let isOver = false;
  const writing = all(async (store, at) => {
    for (let round = 0; round < 20; round += 1) {
      const [id, n] = [`${at % 10}`, at * 100 + round];
      await entries(store).add(id, { score: n, metadata: { a: n, b: { c: n } } });
      await entries(store).updateWithRetry(id, () => ({ score: n, metadata: { a: n, b: { c: n } } }));
      await records(store).save({ id, a: n, b: n });
      if (round % 5 === 4) await Promise.all([entries(store).delete(id), records(store).delete(id)]);
    }
  }, stores.slice(10)).finally(() => (isOver = true));
  let looked = 0;
  const reading = all(
    async (store) => {
      while (!isOver) {
        for (const { score, metadata } of (await entries(store).read()).entries) {
          assert.deepEqual(metadata, { a: score, b: { c: score } });
        }
        for (const { a, b } of (await records(store).list()).records) assert.equal(a, b);
        looked += 1;
      }
    },
    stores.slice(0, 5),
  );
  await Promise.all([writing, reading]);
  assert.ok(looked > 0);
});

interface User {
  id: string;
  by?: number;
  [more: string]: unknown;
}

interface Pair {
  id: string;
  a: number;
  b: number;
}

function first(): Store {
  return stores[0] as Store;
}

function all<T>(perform: (store: Store, at: number) => Promise<T>, of = stores): Promise<T[]> {
  return Promise.all(of.map(perform));
}
