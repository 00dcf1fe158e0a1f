/**
 * The store, beside the same work in plain commands written by hand: one client, one connection, 32 calls in flight.
 *
 * Both take turns, and what counts is the median of their ratios. A plain command that does less is named for what it is:
 * an increment by hand raises no version.
 */
import { Redis } from "ioredis";
import { redisServer } from "../local/redis.mjs";
import { anyPort } from "../local/ports.mjs";
import { buildSdk } from "../local/build.mjs";
import { launch } from "../local/launch.mjs";
import { median, table } from "./measure.mjs";

/** @typedef {(at: number) => Promise<unknown>} Call */

const IN_FLIGHT = 32;
const ENTRIES = 1000;
const VALUE = { title: "a title", tags: ["a", "b"], n: 1 };

/** @type {import("./run.mjs").Measure} */
export async function measure({ quick, say }) {
  await buildSdk();
  const port = await anyPort();
  const server = await launch(redisServer(), ["--port", String(port), "--bind", "127.0.0.1", "--save", ""]);
  const client = new Redis(port, "127.0.0.1");
  try {
    const rows = [];
    for (const [name, plain, ours] of await pairs(client)) {
      /** @type {{ plain: number, store: number, ratio: number }[]} */
      const rounds = [];
      for (let round = 0; round < (quick ? 3 : 9); round += 1) {
        const [a, b] = [await perSecond(plain, quick ? 150 : 500), await perSecond(ours, quick ? 150 : 500)];
        rounds.push({ plain: a, store: b, ratio: a / b });
      }
      const of = (/** @type {"plain" | "store" | "ratio"} */ column) => median(rounds.map((round) => round[column]));
      rows.push({ name, plain: of("plain"), store: of("store"), ratio: of("ratio") });
    }
    const cells = rows.map((row) => [row.name, row.plain.toFixed(0), row.store.toFixed(0), row.ratio.toFixed(2)]);
    say(table([["operations per second", "by hand", "store", "cost"], ...cells]));
    return { rows };
  } finally {
    client.disconnect();
    await server.stop();
  }
}

/** @param {Redis} client @returns {Promise<[string, Call, Call][]>} */
async function pairs(client) {
  // By a name that the compiler does not follow: where types are checked, the package need not be built.
  const { createStore, ioredis } = await import(["notion-edge", "store"].join("/"));
  const store = createStore({ transport: ioredis(client) });
  const index = store.index("index");
  const users = store.resource("users", { indexes: ["team"] });
  const stream = store.stream("stream");
  const text = JSON.stringify(VALUE);
  for (let at = 0; at < ENTRIES; at += 1) {
    await index.add(`k${at}`, { score: at, metadata: VALUE });
    await client.multi().zadd("z", String(at), `k${at}`).hset("h", `k${at}`, text).set(`r${at}`, text).exec();
    await client.zadd("team", "+inf", String(at));
    await users.create({ id: `${at}`, team: at % 10 });
  }
  let next = ENTRIES;
  return [
    [
      "kv.set",
      (at) => client.set(`p${at % ENTRIES}`, JSON.stringify(VALUE)),
      (at) => store.kv.set(`${at % ENTRIES}`, VALUE),
    ],
    [
      "kv.get",
      async (at) => JSON.parse(String(await client.get(`r${at % ENTRIES}`))),
      (at) => store.kv.get(`${at % ENTRIES}`),
    ],
    ["kv.increment", () => client.incr("n"), () => store.kv.increment("n")],
    [
      "index.add",
      () => client.multi().zadd("z", String(next), `k${next}`).hset("h", `k${next++}`, JSON.stringify(VALUE)).exec(),
      () => index.add(`k${next}`, { score: next++, metadata: VALUE }),
    ],
    [
      "index.read, 20 entries",
      async () =>
        (await client.hmget("h", ...(await client.zrevrange("z", 0, 19)))).map((it) => JSON.parse(String(it))),
      () => index.read(),
    ],
    [
      "index.increment",
      (at) =>
        client
          .multi()
          .hincrby("v", `k${at % ENTRIES}`, 1)
          .hincrby("f", `k${at % ENTRIES}`, 1)
          .exec(),
      (at) => index.increment(`k${at % ENTRIES}`, "n"),
    ],
    [
      "stream.append",
      () =>
        client.xadd(
          "s",
          "MAXLEN",
          "~",
          10_000,
          "*",
          "ts",
          String(Date.now()),
          "type",
          "a",
          "data",
          JSON.stringify(VALUE),
        ),
      () => stream.append({ type: "a", data: VALUE }),
    ],
    [
      "resource.list, 10 records",
      async () =>
        (await client.mget((await client.zrevrange("team", 0, 9)).map((id) => `r${id}`))).map((it) =>
          JSON.parse(String(it)),
        ),
      () => users.list({ team: 1 }),
    ],
  ];
}

/** @param {Call} call @param {number} ms */
async function perSecond(call, ms) {
  const end = performance.now() + ms;
  let calls = 0;
  const worker = async () => {
    while (performance.now() < end) await call(calls++);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  return (calls / ms) * 1000;
}
