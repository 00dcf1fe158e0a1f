/** Streams and their groups of consumers. */
import assert, { deepEqual as is } from "node:assert/strict";

/** Stream `s` has two entries, and consumer `c` of group `g` has read both. @param {import("@upstash/redis").Redis} redis */
async function pending(redis) {
  await redis.xadd("s", "1-1", { a: 1 });
  await redis.xadd("s", "2-1", { b: "two" });
  await redis.xgroup("s", { type: "CREATE", group: "g", id: "0" });
  await redis.xreadgroup("g", "c", "s", ">");
}

/** @type {import("./index.mjs").Calls} */
export const streams = {
  async xack(redis) {
    await pending(redis);
    is(await redis.xack("s", "g", ["1-1", "9-9"]), 1);
  },
  async xackdel(redis) {
    await pending(redis);
    is(await redis.xackdel("s", "g", "KEEPREF", "1-1", "9-9"), [1, -1]);
    is(await redis.xlen("s"), 1);
  },
  async xadd(redis) {
    is(await redis.xadd("s", "5-1", { event: "page.created", size: 3 }), "5-1");
    assert.match(await redis.xadd("s", "*", { a: 1 }), /^\d+-\d+$/);
    is(await redis.xadd("missing", "*", { a: 1 }, { nomkStream: true }), null);
    await redis.xadd("s", "*", { a: 1 }, { trim: { type: "MAXLEN", threshold: 1, comparison: "=" } });
    is(await redis.xlen("s"), 1);
  },
  async xautoclaim(redis) {
    await pending(redis);
    const [next, entries] = await redis.xautoclaim("s", "g", "d", 0, "0", { count: 1 });
    is([next, entries], ["2-1", [["1-1", ["a", 1]]]]);
  },
  async xclaim(redis) {
    await pending(redis);
    is(await redis.xclaim("s", "g", "d", 0, ["1-1", "9-9"]), [["1-1", ["a", 1]]]);
  },
  async xdel(redis) {
    await pending(redis);
    is(await redis.xdel("s", ["1-1", "9-9"]), 1);
  },
  async xdelex(redis) {
    await pending(redis);
    is(await redis.xdelex("s", "KEEPREF", "1-1", "9-9"), [1, -1]);
  },
  async xgroup(redis) {
    is(await redis.xgroup("s", { type: "CREATE", group: "g", id: "$", options: { MKSTREAM: true } }), "OK");
    is(await redis.xgroup("s", { type: "CREATECONSUMER", group: "g", consumer: "c" }), 1);
    is(await redis.xgroup("s", { type: "DELCONSUMER", group: "g", consumer: "c" }), 0);
    is(await redis.xgroup("s", { type: "SETID", group: "g", id: "0" }), "OK");
    is(await redis.xgroup("s", { type: "DESTROY", group: "g" }), 1);
  },
  async xinfo(redis) {
    await pending(redis);
    const [group] = /** @type {unknown[][]} */ (await redis.xinfo("s", { type: "GROUPS" }));
    is(group?.slice(0, 6), ["name", "g", "consumers", 1, "pending", 2]);
    const [consumer] = /** @type {unknown[][]} */ (await redis.xinfo("s", { type: "CONSUMERS", group: "g" }));
    is(consumer?.slice(0, 4), ["name", "c", "pending", 2]);
  },
  async xlen(redis) {
    is(await redis.xlen("s"), 0);
    await pending(redis);
    is(await redis.xlen("s"), 2);
  },
  async xpending(redis) {
    await pending(redis);
    const entries = /** @type {unknown[][]} */ (await redis.xpending("s", "g", "-", "+", 10));
    is(
      entries.map(([id, consumer, , times]) => [id, consumer, times]),
      [
        ["1-1", "c", 1],
        ["2-1", "c", 1],
      ],
    );
  },
  async xrange(redis) {
    await pending(redis);
    is(await redis.xrange("s", "-", "+"), { "1-1": { a: 1 }, "2-1": { b: "two" } });
    is(await redis.xrange("s", "(1-1", "+", 1), { "2-1": { b: "two" } });
    is(await redis.xrange("missing", "-", "+"), {});
  },
  async xread(redis) {
    is(await redis.xread("s", "0"), null);
    await pending(redis);
    is(await redis.xread(["s", "missing"], ["1-1", "0"]), [["s", [["2-1", ["b", "two"]]]]]);
    await assert.rejects(Promise.resolve(redis.xread("s", "$", { blockMS: 1 })), /XREAD is not available over HTTP/);
  },
  async xreadgroup(redis) {
    await pending(redis);
    is(await redis.xreadgroup("g", "c", "s", ">"), null);
    is(await redis.xreadgroup("g", "c", "s", "0", { count: 1 }), [["s", [["1-1", ["a", 1]]]]]);
  },
  async xrevrange(redis) {
    await pending(redis);
    is(Object.keys(await redis.xrevrange("s", "+", "-")), ["2-1", "1-1"]);
  },
  async xtrim(redis) {
    await pending(redis);
    is(await redis.xtrim("s", { strategy: "MAXLEN", exactness: "=", threshold: 1 }), 1);
  },
};
