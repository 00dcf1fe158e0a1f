/** What is compared in store.mjs: each operation, written by hand and by the store. */

/** @typedef {import("./store.mjs").Call} Call */
/** @typedef {import("ioredis").Redis} Redis */

const ENTRIES = 1000;
const VALUE = { title: "a title", tags: ["a", "b"], n: 1 };

/** One consistent look at members and what they hold. */
const READ = `
local found = redis.call('ZRANGE', KEYS[1], '+inf', '-inf', 'BYSCORE', 'REV', 'LIMIT', 0, ARGV[1], 'WITHSCORES')
local ids = {}
for i = 1, #found, 2 do ids[#ids + 1] = found[i] end
return {found, redis.call('HMGET', KEYS[2], unpack(ids))}`;

/** A change that needs the version to be the expected one. */
const UPDATE = `
local version = ARGV[1] .. ':version'
if redis.call('HGET', KEYS[1], version) ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return redis.call('HINCRBY', KEYS[1], version, 1)`;

/** @param {Redis} client @returns {Promise<[string, Call, Call][]>} */
export async function pairs(client) {
  // By a name that the compiler does not follow: where types are checked, the package need not be built.
  const { createStore, ioredis } = await import(["notion-edge", "store"].join("/"));
  const store = createStore({ transport: ioredis(client) });
  const index = store.index("index");
  const users = store.resource("users", { indexes: ["team"] });
  const stream = store.stream("stream");
  const text = JSON.stringify(VALUE);
  for (let at = 0; at < ENTRIES; at += 1) {
    const id = `k${at}`;
    await index.add(id, { score: at, metadata: VALUE });
    await client.multi().zadd("z", String(at), id).hset("h", id, text, `${id}:version`, 1).set(`r${at}`, text).exec();
    await client.zadd("team", "+inf", String(at));
    await users.create({ id: `${at}`, team: at % 10, title: "a title" });
    await store.kv.set(`${at}`, VALUE);
  }
  const read = String(await client.script("LOAD", READ));
  const update = String(await client.script("LOAD", UPDATE));
  const parsed = (/** @type {unknown} */ it) => JSON.parse(String(it));
  const event = () => ["ts", String(Date.now()), "type", "a", "data", JSON.stringify(VALUE)];
  let next = ENTRIES;
  return [
    [
      "kv.set",
      (at) => client.set(`p${at % ENTRIES}`, JSON.stringify(VALUE)),
      (at) => store.kv.set(`${at % ENTRIES}`, VALUE),
    ],
    ["kv.get", async (at) => parsed(await client.get(`r${at % ENTRIES}`)), (at) => store.kv.get(`${at % ENTRIES}`)],
    ["kv.increment", () => client.incr("n"), () => store.kv.increment("n")],
    // What INCR answers beyond 2^53 is rounded by every client; its digits are read in the same transaction.
    ["kv.increment, a transaction", () => client.multi().incr("n").get("n").exec(), () => store.kv.increment("n")],
    [
      "index.add, a transaction",
      () => client.multi().zadd("z", "NX", next, `k${next}`).hsetnx("h", `k${next++}`, JSON.stringify(VALUE)).exec(),
      () => index.add(`k${next}`, { score: next++, metadata: VALUE }),
    ],
    [
      "index.get, a transaction",
      async (at) => {
        const id = `k${at % ENTRIES}`;
        const found = (await client.multi().zscore("z", id).hget("h", id).exec()) ?? [];
        return { id, score: Number(found[0]?.[1]), metadata: parsed(found[1]?.[1]) };
      },
      (at) => index.get(`k${at % ENTRIES}`),
    ],
    [
      "index.read of 20, a script",
      async () => {
        const [found, texts] = /** @type {[string[], string[]]} */ (await client.evalsha(read, 2, "z", "h", 20));
        return texts.map((it, at) => ({ id: found[2 * at], score: Number(found[2 * at + 1]), metadata: parsed(it) }));
      },
      () => index.read(),
    ],
    [
      "index.updateWithRetry, a command and a script",
      async (at) => {
        const id = `k${at % ENTRIES}`;
        const [text, version] = await client.hmget("h", id, `${id}:version`);
        const wanted = { ...parsed(text), n: 2 };
        return client.evalsha(update, 1, "h", id, String(version), JSON.stringify(wanted));
      },
      (at) => {
        const change = (/** @type {{ metadata: object }} */ entry) => ({ metadata: { ...entry.metadata, n: 2 } });
        return index.updateWithRetry(`k${at % ENTRIES}`, change);
      },
    ],
    [
      "index.increment, a transaction",
      (at) =>
        client
          .multi()
          .hincrby("c", `k${at % ENTRIES}`, 1)
          .hincrby("f", `k${at % ENTRIES}`, 1)
          .exec(),
      (at) => index.increment(`k${at % ENTRIES}`, "n"),
    ],
    [
      "stream.append",
      () => client.xadd("s", "MAXLEN", "~", 10_000, "*", ...event()),
      () => stream.append({ type: "a", data: VALUE }),
    ],
    [
      "stream.read of 100",
      async () => {
        const found = await client.xrange("s", "-", "+", "COUNT", 100);
        return found.map(([id, [, ts, , type, , data]]) => ({ id, ts: Number(ts), type, data: parsed(data) }));
      },
      () => stream.read(),
    ],
    ["resource.get", async (at) => parsed(await client.get(`r${at % ENTRIES}`)), (at) => users.get(`${at % ENTRIES}`)],
    [
      "resource.list of 10, a transaction and a command",
      async () => {
        const now = Date.now();
        const page = client.multi().zcount("team", `(${now}`, "+inf");
        const found = (await page.zrangebyscore("team", `(${now}`, "+inf", "LIMIT", 0, 10).exec()) ?? [];
        const ids = /** @type {string[]} */ (found[1]?.[1]);
        return { total: found[0]?.[1], records: (await client.mget(ids.map((id) => `r${id}`))).map(parsed) };
      },
      () => users.list({ team: 1 }),
    ],
  ];
}
