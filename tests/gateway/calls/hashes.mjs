/** Hashes, and the expiry of their fields. */
import assert, { deepEqual as is } from "node:assert/strict";

const YEAR_2100 = 4_102_444_800;

/** Field `f` of hash `k` gets an expiry. @param {import("@upstash/redis").Redis} redis */
async function withExpiry(redis) {
  await redis.hset("k", { f: "v", g: "w" });
  await redis.hexpire("k", "f", 100);
}

/** @type {import("./index.mjs").Calls} */
export const hashes = {
  async hdel(redis) {
    await redis.hset("k", { a: 1, b: 2 });
    is(await redis.hdel("k", "a", "c"), 1);
  },
  async hexists(redis) {
    await redis.hset("k", { a: 1 });
    is([await redis.hexists("k", "a"), await redis.hexists("k", "b")], [1, 0]);
  },
  async hexpire(redis) {
    await redis.hset("k", { a: 1, b: 2 });
    is(await redis.hexpire("k", ["a", "c"], 100), [1, -2]);
    is(await redis.hexpire("k", "a", 200, "NX"), [0]);
  },
  async hexpireat(redis) {
    await redis.hset("k", { a: 1 });
    is(await redis.hexpireat("k", "a", YEAR_2100), [1]);
  },
  async hexpiretime(redis) {
    await redis.hset("k", { a: 1, b: 2 });
    await redis.hexpireat("k", "a", YEAR_2100);
    is(await redis.hexpiretime("k", ["a", "b", "c"]), [YEAR_2100, -1, -2]);
  },
  async httl(redis) {
    await withExpiry(redis);
    is(await redis.httl("k", ["f", "g", "h"]), [100, -1, -2]);
  },
  async hpexpire(redis) {
    await redis.hset("k", { f: 1 });
    is(await redis.hpexpire("k", "f", 100_000), [1]);
    is(await redis.httl("k", "f"), [100]);
  },
  async hpexpireat(redis) {
    await redis.hset("k", { a: 1 });
    is(await redis.hpexpireat("k", "a", YEAR_2100 * 1000), [1]);
  },
  async hpexpiretime(redis) {
    await redis.hset("k", { a: 1 });
    await redis.hexpireat("k", "a", YEAR_2100);
    is(await redis.hpexpiretime("k", "a"), [YEAR_2100 * 1000]);
  },
  async hpttl(redis) {
    await withExpiry(redis);
    const [left = 0, none] = await redis.hpttl("k", ["f", "g"]);
    assert.ok(left > 90_000 && left <= 100_000 && none === -1, `${left} ${none}`);
  },
  async hpersist(redis) {
    await withExpiry(redis);
    is(await redis.hpersist("k", ["f", "g", "h"]), [1, -1, -2]);
  },
  async hget(redis) {
    await redis.hset("k", { a: { deep: [1] }, b: "text" });
    is(await redis.hget("k", "a"), { deep: [1] });
    is([await redis.hget("k", "b"), await redis.hget("k", "c")], ["text", null]);
  },
  async hgetall(redis) {
    is(await redis.hgetall("k"), null);
    await redis.hset("k", { a: 1, b: "zwei", c: { deep: true } });
    is(await redis.hgetall("k"), { a: 1, b: "zwei", c: { deep: true } });
  },
  async hgetdel(redis) {
    await redis.hset("k", { a: 1, b: 2 });
    is(await redis.hgetdel("k", "a", "c"), { a: 1, c: null });
    is(await redis.hlen("k"), 1);
  },
  async hgetex(redis) {
    await redis.hset("k", { a: 1, b: 2 });
    is(await redis.hgetex("k", { ex: 100 }, "a", "b"), { a: 1, b: 2 });
    is(await redis.httl("k", "a"), [100]);
  },
  async hincrby(redis) {
    is(await redis.hincrby("k", "f", 2), 2);
  },
  async hincrbyfloat(redis) {
    is(await redis.hincrbyfloat("k", "f", 2.5), 2.5);
  },
  async hkeys(redis) {
    await redis.hset("k", { a: 1, b: 2 });
    is((await redis.hkeys("k")).sort(), ["a", "b"]);
  },
  async hlen(redis) {
    await redis.hset("k", { a: 1, b: 2 });
    is(await redis.hlen("k"), 2);
  },
  async hmget(redis) {
    await redis.hset("k", { a: 1, b: "two" });
    is(await redis.hmget("k", "a", "b", "c"), { a: 1, b: "two", c: null });
  },
  async hmset(redis) {
    is(await redis.hmset("k", { a: 1, b: 2 }), "OK");
  },
  async hrandfield(redis) {
    is(await redis.hrandfield("k"), null);
    await redis.hset("k", { a: 1 });
    is(await redis.hrandfield("k"), "a");
    is(await redis.hrandfield("k", 2), ["a"]);
    is(await redis.hrandfield("k", 1, true), { a: 1 });
  },
  async hscan(redis) {
    await redis.hset("k", { a: "x" });
    is(await redis.hscan("k", 0, { match: "*" }), ["0", ["a", "x"]]);
  },
  async hset(redis) {
    is(await redis.hset("k", { a: 1, b: 2 }), 2);
    is(await redis.hset("k", { b: 3, c: 4 }), 1);
  },
  async hsetex(redis) {
    is(await redis.hsetex("k", { expiration: { ex: 100 } }, { a: 1, b: 2 }), 1);
    is(await redis.httl("k", ["a", "b"]), [100, 100]);
  },
  async hsetnx(redis) {
    is([await redis.hsetnx("k", "a", 1), await redis.hsetnx("k", "a", 2)], [1, 0]);
  },
  async hstrlen(redis) {
    await redis.hset("k", { a: "é" });
    is(await redis.hstrlen("k", "a"), 2);
  },
  async hvals(redis) {
    await redis.hset("k", { a: "x" });
    is(await redis.hvals("k"), ["x"]);
  },
};
