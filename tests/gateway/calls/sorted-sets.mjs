/** Sorted sets, and the places in them. */
import assert, { deepEqual as is } from "node:assert/strict";

/** Sets `k` of a=1, b=2, c=3 and `l` of b=10, d=20. @param {import("@upstash/redis").Redis} redis */
async function two(redis) {
  await redis.zadd("k", { score: 1, member: "a" }, { score: 2, member: "b" }, { score: 3, member: "c" });
  await redis.zadd("l", { score: 10, member: "b" }, { score: 20, member: "d" });
}

/** @param {import("@upstash/redis").Redis} redis */
function sicily(redis) {
  return redis.geoadd(
    "k",
    { longitude: 13.361389, latitude: 38.115556, member: "Palermo" },
    { longitude: 15.087269, latitude: 37.502669, member: "Catania" },
  );
}

/** @param {unknown} actual @param {number} expected */
function isNear(actual, expected) {
  assert.ok(typeof actual === "number" && Math.abs(actual - expected) < 0.01, `${actual} is not near ${expected}`);
}

/** @type {import("./index.mjs").Calls} */
export const sortedSets = {
  async geoadd(redis) {
    is(await sicily(redis), 2);
  },
  async geodist(redis) {
    await sicily(redis);
    isNear(await redis.geodist("k", "Palermo", "Catania", "KM"), 166.2742);
    is(await redis.geodist("k", "Palermo", "Rome"), null);
  },
  async geohash(redis) {
    await sicily(redis);
    is(await redis.geohash("k", "Palermo", "Catania"), ["sqc8b49rny0", "sqdtr74hyu0"]);
  },
  async geopos(redis) {
    await sicily(redis);
    const [palermo, rome] = await redis.geopos("k", "Palermo", "Rome");
    isNear(palermo?.lng, 13.361389);
    isNear(palermo?.lat, 38.115556);
    is(rome, undefined);
  },
  async geosearch(redis) {
    await sicily(redis);
    const center = /** @type {const} */ ({ type: "FROMLONLAT", coordinate: { lon: 15, lat: 37 } });
    const shape = /** @type {const} */ ({ type: "BYRADIUS", radius: 200, radiusType: "KM" });
    is(await redis.geosearch("k", center, shape, "ASC"), [{ member: "Catania" }, { member: "Palermo" }]);
    const [nearest] = await redis.geosearch("k", center, shape, "ASC", { withDist: true, withCoord: true });
    is(nearest?.member, "Catania");
    isNear(nearest?.dist, 56.4413);
    isNear(nearest?.coord?.lat, 37.502669);
  },
  async geosearchstore(redis) {
    await sicily(redis);
    const center = /** @type {const} */ ({ type: "FROMMEMBER", member: "Catania" });
    const shape = /** @type {const} */ ({ type: "BYBOX", rect: { width: 1, height: 1 }, rectType: "KM" });
    is(await redis.geosearchstore("l", "k", center, shape, "ASC"), 1);
  },
  async zadd(redis) {
    is(await redis.zadd("k", { score: 1.5, member: "m" }, { score: 2, member: "n" }), 2);
    is(await redis.zadd("k", { gt: true, ch: true }, { score: 1, member: "m" }), 0);
    is(await redis.zadd("k", { incr: true }, { score: 1, member: "m" }), 2.5);
    is(await redis.zadd("k", { nx: true, incr: true }, { score: 1, member: "m" }), null);
  },
  async zcard(redis) {
    await two(redis);
    is(await redis.zcard("k"), 3);
  },
  async zcount(redis) {
    await two(redis);
    is(await redis.zcount("k", "(1", "+inf"), 2);
  },
  async zdiffstore(redis) {
    await two(redis);
    is(await redis.zdiffstore("m", 2, "k", "l"), 2);
  },
  async zincrby(redis) {
    await two(redis);
    is(await redis.zincrby("k", 0.5, "a"), 1.5);
  },
  async zinterstore(redis) {
    await two(redis);
    is(await redis.zinterstore("m", 2, ["k", "l"], { weights: [2, 1], aggregate: "sum" }), 1);
    is(await redis.zscore("m", "b"), 14);
  },
  async zlexcount(redis) {
    await redis.zadd("k", { score: 0, member: "a" }, { score: 0, member: "b" });
    is(await redis.zlexcount("k", "[a", "(b"), 1);
  },
  async zmscore(redis) {
    await two(redis);
    is(await redis.zmscore("k", ["a", "z", "c"]), [1, null, 3]);
  },
  async zpopmax(redis) {
    await two(redis);
    is(await redis.zpopmax("k", 2), ["c", 3, "b", 2]);
  },
  async zpopmin(redis) {
    await two(redis);
    is(await redis.zpopmin("k"), ["a", 1]);
    is(await redis.zpopmin("missing"), []);
  },
  async zrange(redis) {
    await two(redis);
    is(await redis.zrange("k", 0, 0, { withScores: true }), ["a", 1]);
    is(await redis.zrange("k", "+inf", "-inf", { byScore: true, rev: true, offset: 1, count: 1 }), ["b"]);
    is(await redis.zrange("k", "-", "[b", { byLex: true }), ["a", "b"]);
  },
  async zrank(redis) {
    await two(redis);
    is([await redis.zrank("k", "b"), await redis.zrank("k", "z")], [1, null]);
  },
  async zrem(redis) {
    await two(redis);
    is(await redis.zrem("k", "a", "z"), 1);
  },
  async zremrangebylex(redis) {
    await redis.zadd("k", { score: 0, member: "a" }, { score: 0, member: "b" });
    is(await redis.zremrangebylex("k", "[a", "[a"), 1);
  },
  async zremrangebyrank(redis) {
    await two(redis);
    is(await redis.zremrangebyrank("k", 0, 1), 2);
  },
  async zremrangebyscore(redis) {
    await two(redis);
    is(await redis.zremrangebyscore("k", 2, "+inf"), 2);
  },
  async zrevrank(redis) {
    await two(redis);
    is(await redis.zrevrank("k", "a"), 2);
  },
  async zscan(redis) {
    await two(redis);
    is(await redis.zscan("k", 0, { match: "a" }), ["0", ["a", 1]]);
  },
  async zscore(redis) {
    await redis.zadd("k", { score: 0.5, member: "a" });
    is([await redis.zscore("k", "a"), await redis.zscore("k", "z")], [0.5, null]);
  },
  async zunion(redis) {
    await two(redis);
    is(await redis.zunion(2, ["k", "l"], { withScores: true }), ["a", 1, "c", 3, "b", 12, "d", 20]);
  },
  async zunionstore(redis) {
    await two(redis);
    is(await redis.zunionstore("m", 2, ["k", "l"], { aggregate: "max" }), 4);
    is(await redis.zscore("m", "b"), 10);
  },
};
