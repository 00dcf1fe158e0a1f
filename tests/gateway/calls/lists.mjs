/** Lists. */
import { deepEqual as is } from "node:assert/strict";

/** @type {import("./index.mjs").Calls} */
export const lists = {
  async lindex(redis) {
    await redis.rpush("k", "a", '{"b":1}');
    is([await redis.lindex("k", 0), await redis.lindex("k", -1), await redis.lindex("k", 9)], ["a", { b: 1 }, null]);
  },
  async linsert(redis) {
    await redis.rpush("k", "a", "c");
    is(await redis.linsert("k", "before", "c", "b"), 3);
    is(await redis.linsert("k", "after", "missing", "b"), -1);
  },
  async llen(redis) {
    await redis.rpush("k", "a", "b");
    is(await redis.llen("k"), 2);
  },
  async lmove(redis) {
    await redis.rpush("k", "a", "b");
    is(await redis.lmove("k", "l", "right", "left"), "b");
    is(await redis.lrange("l", 0, -1), ["b"]);
  },
  async lmpop(redis) {
    is(await redis.lmpop(1, ["k"], "LEFT"), null);
    await redis.rpush("l", "a", "b", "c");
    is(await redis.lmpop(2, ["k", "l"], "LEFT", 2), ["l", ["a", "b"]]);
  },
  async lpop(redis) {
    is(await redis.lpop("k"), null);
    await redis.rpush("k", "a", "b", "c");
    is(await redis.lpop("k"), "a");
    is(await redis.lpop("k", 5), ["b", "c"]);
  },
  async lpos(redis) {
    await redis.rpush("k", "a", "b", "a");
    is(await redis.lpos("k", "a", { rank: -1 }), 2);
    is(await redis.lpos("k", "a", { count: 0 }), [0, 2]);
    is(await redis.lpos("k", "c"), null);
  },
  async lpush(redis) {
    is(await redis.lpush("k", "a", "b"), 2);
  },
  async lpushx(redis) {
    is(await redis.lpushx("k", "a"), 0);
  },
  async lrange(redis) {
    /** @type {unknown[]} */
    const mixed = ["a", 1, { b: null }, "OK"];
    is(await redis.lrange("k", 0, -1), []);
    await redis.rpush("k", ...mixed);
    is(await redis.lrange("k", 0, -1), mixed);
  },
  async lrem(redis) {
    await redis.rpush("k", "a", "b", "a");
    is(await redis.lrem("k", 0, "a"), 2);
  },
  async lset(redis) {
    await redis.rpush("k", "a");
    is(await redis.lset("k", 0, "b"), "OK");
  },
  async ltrim(redis) {
    await redis.rpush("k", "a", "b", "c");
    is(await redis.ltrim("k", 1, 1), "OK");
    is(await redis.lrange("k", 0, -1), ["b"]);
  },
  async rpop(redis) {
    await redis.rpush("k", "a", "b", "c");
    is(await redis.rpop("k"), "c");
    is(await redis.rpop("k", 2), ["b", "a"]);
  },
  async rpush(redis) {
    is(await redis.rpush("k", "a", "b"), 2);
  },
  async rpushx(redis) {
    is(await redis.rpushx("k", "a"), 0);
  },
};
