/** Sets. */
import { deepEqual as is } from "node:assert/strict";

/** Sets `k` of a, b, c and `l` of b, c, d. @param {import("@upstash/redis").Redis} redis */
async function two(redis) {
  await redis.sadd("k", "a", "b", "c");
  await redis.sadd("l", "b", "c", "d");
}

/** @type {import("./index.mjs").Calls} */
export const sets = {
  async sadd(redis) {
    is(await redis.sadd("k", "a", "b"), 2);
    is(await redis.sadd("k", "a"), 0);
  },
  async scard(redis) {
    await two(redis);
    is(await redis.scard("k"), 3);
  },
  async sdiff(redis) {
    await two(redis);
    is(await redis.sdiff("k", "l"), ["a"]);
  },
  async sdiffstore(redis) {
    await two(redis);
    is(await redis.sdiffstore("m", "k", "l"), 1);
  },
  async sinter(redis) {
    await two(redis);
    is((await redis.sinter("k", "l")).sort(), ["b", "c"]);
  },
  async sintercard(redis) {
    await two(redis);
    is(await redis.sintercard(["k", "l"]), 2);
    is(await redis.sintercard(["k", "l"], { limit: 1 }), 1);
  },
  async sinterstore(redis) {
    await two(redis);
    is(await redis.sinterstore("m", "k", "l"), 2);
  },
  async sismember(redis) {
    await two(redis);
    is([await redis.sismember("k", "a"), await redis.sismember("k", "d")], [1, 0]);
  },
  async smembers(redis) {
    is(await redis.smembers("k"), []);
    await redis.sadd("k", { deep: [1] });
    is(await redis.smembers("k"), [{ deep: [1] }]);
  },
  async smismember(redis) {
    await two(redis);
    is(await redis.smismember("k", ["a", "d"]), [1, 0]);
  },
  async smove(redis) {
    await two(redis);
    is([await redis.smove("k", "l", "a"), await redis.smove("k", "l", "a")], [1, 0]);
  },
  async spop(redis) {
    await redis.sadd("k", "a", "b");
    is(((await redis.spop("k", 2)) ?? []).sort(), ["a", "b"]);
    is(await redis.spop("k"), null);
  },
  async srandmember(redis) {
    is(await redis.srandmember("k"), null);
    await redis.sadd("k", "a");
    is([await redis.srandmember("k"), await redis.srandmember("k", 5)], ["a", ["a"]]);
  },
  async srem(redis) {
    await two(redis);
    is(await redis.srem("k", "a", "d"), 1);
  },
  async sscan(redis) {
    await redis.sadd("k", "a", "b");
    const [cursor, found] = await redis.sscan("k", 0, { match: "a*" });
    is([cursor, found], ["0", ["a"]]);
  },
  async sunion(redis) {
    await two(redis);
    is((await redis.sunion("k", "l")).sort(), ["a", "b", "c", "d"]);
  },
  async sunionstore(redis) {
    await two(redis);
    is(await redis.sunionstore("m", "k", "l"), 4);
  },
};
