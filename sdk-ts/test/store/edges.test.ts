/** Bad input, large input, what operations cost, and what the cases of every language cannot say. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { Cluster, Redis } from "ioredis";
import { type Schema, type Store, type Transport, createStore, ioredis } from "../../src/store/index.ts";
import {
  clusterTransports,
  ioredisTo,
  programs,
  startCluster,
  startServer,
  stopServer,
  until,
  upstashTo,
} from "./servers.ts";

const [program = "redis-server"] = programs;
let port: number;
let transport: Transport;
let store: Store;

before(async () => {
  port = await startServer(program);
  transport = ioredisTo(port);
  store = createStore({ transport });
});

interface Team {
  id: string;
  team: number;
}

const unsupported = { name: "UnsupportedArgumentError" };

test("what JSON cannot say is refused, and nothing is written", async () => {
  const circular: { self?: object } = {};
  circular.self = circular;
  let deep: unknown[] = [];
  for (let depth = 0; depth < 50_000; depth += 1) deep = [deep];
  const plain = [undefined, NaN, -Infinity, () => 1, Symbol("s"), [undefined], { a: [NaN] }, circular, deep];
  const opaque = [new Map([[1, 2]]), new Set([1]), /a/, new Uint8Array(2), new Error("e"), Promise.resolve(1)];
  for (const value of [...plain, ...opaque, new Array(2), new Date("never")]) {
    await assert.rejects(store.kv.set("refused", value), unsupported);
    await assert.rejects(store.index("refused").add("a", { metadata: { value: [value] } }), unsupported);
    await assert.rejects(store.stream("refused").append({ type: "a", data: [value] }), unsupported);
  }
  assert.equal(await store.kv.get("refused"), undefined);
  assert.equal(await store.index("refused").count(), 0);
  await store.kv.set("dates", { at: new Date(0), left: undefined });
  assert.deepEqual(await store.kv.get("dates"), { at: "1970-01-01T00:00:00.000Z" });
});

test("half a surrogate pair is refused where Redis would take it for another", async () => {
  const half = "a\ud800";
  await assert.rejects(store.kv.set(half, 1), unsupported);
  await assert.rejects(store.kv.increment("h", 1, { field: half }), unsupported);
  await assert.rejects(store.index("h").add(half), unsupported);
  await assert.rejects(store.index("h").add("a", { metadata: { [half]: 1 } }), unsupported);
  await assert.rejects(store.index("h").increment("a", [half]), unsupported);
  await assert.rejects(store.resource("h").create({ id: half }), unsupported);
  await assert.rejects(store.stream("h").append({ type: half }), unsupported);
  await store.kv.set("half", half);
  assert.equal(await store.kv.get("half"), half);
});

test("arguments of a wrong kind are refused before anything is sent", async () => {
  const silent: Transport = {
    send: () => assert.fail("sent"),
    nodes: () => assert.fail("sent"),
    subscribe: () => assert.fail("sent"),
  };
  const { kv, index, stream, resource } = createStore({ transport: silent });
  const wrong = [
    () => kv.get(5 as never),
    () => kv.set("a", 1, { ttl: NaN }),
    () => kv.set("a", 1, { ttl: new Date("never") }),
    () => kv.set("a", 1, { ttl: 1e300 }),
    () => kv.set("a", 1, { ttl: "60" as never }),
    () => kv.set("a", 1, { ttl: null as never }),
    () => index("a").updateWithRetry("a", () => ({}), { attempts: 0 }),
    () => resource("a").get(null as never),
    () => resource("a").list(5 as never),
    () => kv.increment("a", Infinity),
    () => kv.increment("a", 2n ** 63n),
    () => index("a").add("a", { score: NaN }),
    () => index("a").add("a", { metadata: [] }),
    () => index("a").add("a", { metadata: "text" as never }),
    () => index("a").increment("a", []),
    () => index("a").read({ order: "up" as never }),
    () => index("a").read({ offset: -1 }),
    () => index("a").read({ cursor: "1 a", offset: 1 }),
    () => index("a").read({ cursor: "1.2.3 a" }),
    () => resource<{ id: string; n?: number }>("a").get({}),
    () => resource<{ id: string; n?: number }>("a").load({}),
    () => stream("a").read({ from: "18446744073709551616" }),
    () => index("a").count({ min: NaN }),
    () => stream("a").append({ type: "a", attempt: 0.5 }),
    () => stream("a").append({ type: "a", ts: NaN }),
    () => stream("a").read({ from: new Date("never") }),
    () => stream("a").read({ types: "page.updated" as never }),
    () => resource<{ id: string; n?: number }>("a").list({ n: 1 }),
    () => resource("a").list({}, { page: 1.5 }),
    () => resource("a").list({}, { page: 2 ** 53 }),
  ];
  for (const call of wrong) await assert.rejects(async () => call(), unsupported, String(call));
  assert.throws(() => createStore({ transport: silent, separator: "" }), unsupported);
  assert.throws(() => createStore({ transport: silent, hashTag: "a}b" }), unsupported);
  assert.throws(() => createStore({ transport: silent, prefix: "\ufeffa" }), unsupported);
  assert.throws(() => resource("a:b"), unsupported);
  assert.throws(() => createStore({ transport: silent, separator: "::" }).resource("a:"), unsupported);
  createStore({ transport: silent, separator: "::" }).resource(":a");
});

test("what is no object is no record", async () => {
  const users = store.resource<{ id: string }>("shapeless");
  for (const record of [null, "text", ["list"], 5]) {
    const misshaped = { name: "MisshapedRecord" };
    await assert.rejects(users.create(record as never), misshaped);
    await assert.rejects(users.save(record as never), misshaped);
    await assert.rejects(users.update("1", record as never), misshaped);
  }
  assert.equal((await users.list()).pager.total, 0);
});

test("an update that was aborted before it began changes nothing", async () => {
  const index = store.index("aborted");
  await index.add("a");
  const signal = AbortSignal.abort(new Error("enough"));
  await assert.rejects(
    index.updateWithRetry("a", () => ({ score: 5 }), { signal }),
    /enough/,
  );
  assert.equal((await index.get("a"))?.version, 1);
});

test("a record is removed although others change it all the time", async (t) => {
  t.mock.method(Math, "random", () => 1);
  const users = store.resource<{ id: string; n: number }>("busy");
  await users.create({ id: "1", n: 0 });
  // What was read before a pause is not what stands there after it: somebody writes every few milliseconds.
  let attempts = 0;
  const busy: Transport = {
    ...transport,
    async send(words, key) {
      const isDelete = words.length > 3 && String(words[0]).startsWith("EVAL");
      if (isDelete && (attempts += 1) <= 2) await users.update("1", { n: attempts });
      const reply = await transport.send(words, key);
      if (isDelete) setTimeout(() => void users.update("1", { n: -1 }).catch(() => {}), 1);
      return reply;
    },
  };
  assert.equal(await createStore({ transport: busy }).resource("busy").delete("1"), true);
  assert.ok(attempts <= 4, `${attempts} attempts`);
});

test("metadata may have a hundred thousand leaves", async () => {
  const metadata = { wide: Object.fromEntries(Array.from({ length: 100_000 }, (_, at) => [`k${at}`, at])) };
  const index = store.index("large");
  assert.ok(await index.add("a", { score: 1, metadata }));
  assert.deepEqual((await index.get("a"))?.metadata, metadata);
  assert.equal(await index.increment("a", "wide.k99999"), 100_000);
  assert.deepEqual((await index.update("a", { version: 2, metadata: {} })).outcome, "updated");
  assert.ok(await index.delete("a"));
  assert.equal(await transport.send(["HLEN", "notion:store:entries:large"], "notion:store:entries:large"), 1);
});

test("options of ioredis that change keys or numbers are refused", () => {
  const [host, options] = ["127.0.0.1", { lazyConnect: true }];
  for (const odd of [{ keyPrefix: "p" }, { stringNumbers: true }]) {
    const client = new Redis({ host, ...options, ...odd });
    assert.throws(() => ioredis(client), unsupported);
    assert.throws(() => ioredis(new Cluster([{ host }], { ...options, redisOptions: odd })), unsupported);
  }
});

test("metadata that is nested too deep is refused", async () => {
  let metadata: object = {};
  for (let depth = 0; depth < 100; depth += 1) metadata = { a: metadata };
  assert.ok(await store.index("deep").add("a", { metadata }));
  assert.deepEqual((await store.index("deep").get("a"))?.metadata, metadata);
  await assert.rejects(store.index("deep").add("b", { metadata: { a: metadata } }), unsupported);
});

/** The commands that Redis performs, those of scripts included. */
async function costOf(perform: () => Promise<unknown>): Promise<string> {
  await transport.send(["CONFIG", "RESETSTAT"], "");
  await perform();
  const stats = String(await transport.send(["INFO", "commandstats"], ""));
  const found = [...stats.matchAll(/cmdstat_(?!config|info)([^:]+):calls=(\d+)/g)];
  return found
    .map(([, name = "", calls]) => `${calls} ${name}`)
    .sort()
    .join(", ");
}

test("operations cost the commands that their documentation tells", async () => {
  const { kv, index, stream, resource } = store;
  const [entries, users] = [index("costs"), resource<Team>("costs", { indexes: ["team"] })];
  const fill = async () => {
    for (let at = 0; at < 9; at += 1) await entries.add(`${at}`, { score: at });
    await stream("costs").append({ type: "a" });
    await users.save({ id: "1", team: 1 });
    await users.delete("1");
    await kv.increment("costs");
    await entries.delete("8");
    await entries.increment("0", "n");
    await entries.update("0", { version: 2 });
    await stream("costs").read({ types: ["a"] });
    await users.list();
  };
  await fill();
  const { cursor } = await entries.read({ limit: 3 });
  const costs: [() => Promise<unknown>, string][] = [
    [() => kv.set("cost", 1), "1 set"],
    [() => kv.get("cost"), "1 get"],
    [() => kv.delete("cost"), "1 unlink"],
    [() => kv.increment("costs"), "1 evalsha, 1 incrby"],
    [() => entries.add("a"), "1 evalsha, 1 hmget, 1 hset, 1 zadd"],
    [() => entries.get("0"), "1 hget"],
    [() => entries.read(), "1 evalsha_ro, 1 hmget, 1 zrange"],
    [() => entries.read({ offset: 5 }), "1 evalsha_ro, 1 hmget, 1 zrange"],
    [
      () => entries.read({ cursor, max: 1e15, min: 0 }),
      "1 evalsha_ro, 1 hmget, 1 zrange, 1 zrevrank, 1 zscore, 2 zcount",
    ],
    [() => entries.update("0", { version: 3, score: 1 }), "1 evalsha, 1 hget, 1 hset, 1 zadd"],
    [() => entries.increment("0", "n"), "1 evalsha, 1 hget, 1 hset"],
    [() => entries.count(), "1 zcount"],
    [() => entries.delete("0"), "1 evalsha, 1 hdel, 1 hmget, 1 hset, 1 zrem"],
    [() => stream("costs").append({ type: "a" }), "1 xadd"],
    [() => stream("costs").read(), "1 xrange"],
    [() => stream("costs").read({ types: ["a"] }), "1 evalsha_ro, 1 xrange"],
    [() => users.create({ id: "1", team: 1 }), "1 evalsha, 1 get, 1 incr, 1 pttl, 1 set, 1 time, 2 zadd, 2 zrange"],
    [() => users.get("1"), "1 get"],
    [() => users.get({ team: 1 }), "1 evalsha_ro, 1 get, 1 zcount, 1 zrange"],
    [() => users.pick("1", "team"), "1 get"],
    [() => users.list({ team: 1 }), "1 evalsha_ro, 1 mget, 1 zcount, 1 zrange"],
    [() => users.delete("1"), "1 del, 1 evalsha, 1 time, 2 get, 2 zrange, 2 zrem"],
  ];
  for (const [perform, cost] of costs) assert.equal(await costOf(perform), cost, String(perform));
});

test("a page costs the same, whatever the list and the database hold", async () => {
  const users = store.resource<Team>("many", { indexes: ["team"] });
  const list = async () => assert.equal((await users.list({ team: 1 })).records.length, 10);
  const fill = async (from: number, to: number) => {
    for (let at = from; at < to; at += 1) await users.create({ id: `${at}`, team: at % 2 });
  };
  await fill(0, 30);
  await list();
  const few = await costOf(list);
  await fill(30, 2000);
  assert.equal(await costOf(list), few);
  assert.equal(few, "1 evalsha_ro, 1 mget, 1 zcount, 1 zrange");
});

test("lists of what expires go with the last of it", async () => {
  const users = store.resource<{ id: string; at: number }>("fading", { indexes: ["at"] });
  const ttlOf = (at: number) => transport.send(["PTTL", `notion:store:list:fading:["at",${at}]`], "");
  await users.create({ id: "1", at: 1 }, { ttl: 100 });
  await users.create({ id: "2", at: 1 }, { ttl: 1000 });
  await users.create({ id: "3", at: 1 }, { ttl: 10 });
  assert.ok(Number(await ttlOf(1)) > 900_000);
  await users.create({ id: "4", at: 1 });
  assert.equal(await ttlOf(1), -1);
});

test("what Redis lets expire can be created again, by callers whose clocks are behind, too", async () => {
  for (const [name, lag] of Object.entries({ right: 0, behind: 60_000 })) {
    const late = createStore({ transport, now: () => Date.now() - lag });
    const users = late.resource<{ id: string; mail: string }>(`brief-${name}`, {
      indexes: [{ fields: "mail", unique: true }],
    });
    await users.create({ id: "1", mail: "a" }, { ttl: new Date(Date.now() + 30) });
    await users.create({ id: "2", mail: "b" });
    await until(async () => (await users.get("1")) === undefined, "the end of the record");
    await users.create({ id: "3", mail: "a" });
    await users.create({ id: "1", mail: "c" });
    const { records, pager } = await users.list();
    assert.deepEqual([records.map(({ id }) => id), pager.total], [["2", "3", "1"], 3]);
  }
});

test("a script that the server has forgotten is sent again", async () => {
  await store.kv.increment("n");
  await transport.send(["SCRIPT", "FLUSH"], "");
  assert.equal(await store.kv.increment("n"), 2);
  await transport.send(["SCRIPT", "FLUSH"], "");
  assert.deepEqual((await store.index("none").read()).entries, []);
});

test("an error repeats no value, and tells a server that is away from one that refuses", async () => {
  const http = createStore({ transport: await upstashTo(port) });
  await transport.send(["SET", "notion:store:stream:s", "x"], "");
  const message = 'stream "notion:store:stream:s": another type of value stands there';
  await assert.rejects(http.stream("s").append({ type: "secret" }), { name: "WrongTypeError", message });
  const refused = (message: string) =>
    createStore({ transport: { ...transport, send: async () => Promise.reject(new Error(message)) } });
  await assert.rejects(refused('NOPERM no, command was: ["SET","secret"]').kv.get("a"), {
    name: "RedisError",
    code: "NOPERM",
    message: 'kv "a": NOPERM no',
  });
  await assert.rejects(refused("connect ECONNREFUSED").kv.get("a"), { name: "NetworkError" });
  await assert.rejects(refused("MOVED 5 127.0.0.1:7000").kv.get("a"), {
    name: "RedisError",
    code: "MOVED",
    message: /give the store a client of the cluster/,
  });
  const nodes = () => Promise.reject(new Error("None of startup nodes is available"));
  const away = createStore({ transport: { ...transport, nodes } });
  await assert.rejects(away.kv.clear(), { name: "NetworkError" });
  await assert.rejects(away.resource("a").publish(1), { name: "NetworkError" });
});

test("a Redis that is away behind the gateway is away, and does not refuse", async () => {
  const own = await startServer(program);
  const { kv } = createStore({ transport: await upstashTo(own) });
  await kv.set("a", 1);
  await stopServer(own);
  await assert.rejects(kv.get("a"), { name: "NetworkError", message: /redis/ });
  await assert.rejects(kv.get("a"), { name: "NetworkError", message: /nothing was run/ });
});

test("a cluster without a hash tag serves values and streams, and says what indexes need", async () => {
  for (const cluster of Object.values(clusterTransports(await startCluster(program)))) {
    const spread = createStore({ transport: cluster, prefix: "spread" });
    await Promise.all(Array.from({ length: 100 }, (_, at) => spread.kv.set(`k${at}`, at)));
    assert.equal(await spread.kv.get("k99"), 99);
    assert.equal(await spread.kv.clear("k*"), 100);
    await spread.stream("s").append({ type: "a" });
    await assert.rejects(spread.index("i").add("a"), {
      name: "RedisError",
      code: "CROSSSLOT",
      message: /set `hashTag`/,
    });
  }
});

test("a schema is asked on writing and on reading, and what it makes of a record is what is stored", async () => {
  interface User {
    id: string;
    name: string;
    role?: string;
  }
  const schema: Schema<User> = {
    "~standard": {
      validate: async (value) => {
        const { id, name, role = "reader" } = value as User;
        if (typeof name === "string") return { value: { id, name: name.trim(), role } };
        return {
          issues: [
            { message: "expected a string", path: ["name"] },
            { message: "odd", path: [{ key: "x" }, 0] },
          ],
        };
      },
    },
  };
  const users = store.resource("checked", { schema, indexes: ["role"] });
  assert.deepEqual(await users.create({ id: "1", name: " Ann " }), { id: "1", name: "Ann", role: "reader" });
  assert.deepEqual((await users.list({ role: "reader" })).records, [{ id: "1", name: "Ann", role: "reader" }]);
  const issues = ["name: expected a string", "x.0: odd"];
  await assert.rejects(users.create({ id: "2" } as never), { name: "MisshapedRecord", issues });
  await assert.rejects(users.update("1", { name: 5 as never }), { name: "MisshapedRecord", issues });
  assert.deepEqual(await users.pick("1", "name"), { name: "Ann" });
  await store.resource("checked").save({ id: "3" });
  await assert.rejects(users.load("3"), {
    name: "MisshapedRecord",
    message: /^checked "3" is not what its schema asks for: name/,
  });
});

test("a record without an id gets one, and its own ttl where there is one", async () => {
  const users = store.resource<{ id: string; name: string }>("named", { ttl: 50 });
  const { id, name } = await users.create({ name: "Ann" });
  assert.match(id, /^[0-9a-f-]{36}$/);
  assert.equal(name, "Ann");
  const ttl = async () => Number(await transport.send(["TTL", users.key(id)], users.key(id)));
  assert.ok((await ttl()) > 45);
  await users.update(id, { name: "Bob" });
  assert.ok((await ttl()) > 45);
  await users.update(id, { name: "Bob" }, { ttl: null });
  assert.equal(await ttl(), -1);
  await assert.rejects(users.update(id, { id: "other" }), unsupported);
});

test("the exporter's events are a stream", async () => {
  await transport.send(
    ["XADD", "notion:events", "*", "ts", "5", "type", "page.created", "runId", "r", "data", '{"id":"a"}'],
    "",
  );
  const { events } = await store.events().read({ types: ["page.created"] });
  assert.deepEqual({ ...events[0], id: "" }, { id: "", ts: 5, type: "page.created", runId: "r", data: { id: "a" } });
});

test("a stream is trimmed, and a reading by type goes on from where it stopped looking", async () => {
  const stream = store.stream("long");
  await Promise.all(Array.from({ length: 2500 }, (_, at) => stream.append({ type: at === 2400 ? "rare" : "usual" })));
  let cursor: string | undefined;
  let [calls, found] = [0, 0];
  do {
    const part = await stream.read({ types: ["rare"], cursor });
    [calls, found, cursor] = [calls + 1, found + part.events.length, part.cursor];
  } while (cursor !== undefined);
  assert.deepEqual([calls, found], [3, 1]);
  await stream.append({ type: "last" }, { length: 100 });
  assert.ok(Number(await transport.send(["XLEN", "notion:store:stream:long"], "")) < 300);
});
