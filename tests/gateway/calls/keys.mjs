/** Keys of any type: their life, their names, their expiry. */
import assert, { deepEqual as is } from "node:assert/strict";

const YEAR_2100 = 4_102_444_800;

/** @type {import("./index.mjs").Calls} */
export const keys = {
  async copy(redis) {
    await redis.set("k", "v");
    is(await redis.copy("k", "l"), "COPIED");
    is(await redis.copy("k", "l"), "NOT_COPIED");
    is(await redis.copy("k", "l", { replace: true }), "COPIED");
  },
  async dbsize(redis) {
    await redis.mset({ a: 1, b: 2 });
    is(await redis.dbsize(), 2);
  },
  async del(redis) {
    await redis.mset({ a: 1, b: 2 });
    is(await redis.del("a", "b", "c"), 2);
  },
  async exists(redis) {
    await redis.set("k", "v");
    is(await redis.exists("k", "k", "l"), 2);
  },
  async expire(redis) {
    is(await redis.expire("k", 100), 0);
    await redis.set("k", "v");
    is(await redis.expire("k", 100, "NX"), 1);
    is(await redis.expire("k", 100, "NX"), 0);
  },
  async expireat(redis) {
    await redis.set("k", "v");
    is(await redis.expireat("k", YEAR_2100), 1);
    assert.ok((await redis.ttl("k")) > 1e9);
  },
  async keys(redis) {
    await redis.mset({ "page:1": 1, "page:2": 2, other: 3 });
    is((await redis.keys("page:*")).sort(), ["page:1", "page:2"]);
  },
  async persist(redis) {
    await redis.set("k", "v", { ex: 100 });
    is(await redis.persist("k"), 1);
    is(await redis.ttl("k"), -1);
  },
  async pexpire(redis) {
    await redis.set("k", "v");
    is(await redis.pexpire("k", 100_000), 1);
    is(await redis.ttl("k"), 100);
  },
  async pexpireat(redis) {
    await redis.set("k", "v");
    is(await redis.pexpireat("k", YEAR_2100 * 1000), 1);
    assert.ok((await redis.ttl("k")) > 1e9);
  },
  async pttl(redis) {
    is(await redis.pttl("k"), -2);
    await redis.set("k", "v", { px: 100_000 });
    const left = await redis.pttl("k");
    assert.ok(left > 90_000 && left <= 100_000, `${left}`);
  },
  async randomkey(redis) {
    is(await redis.randomkey(), null);
    await redis.set("k", "v");
    is(await redis.randomkey(), "k");
  },
  async rename(redis) {
    await redis.set("k", "v");
    is(await redis.rename("k", "l"), "OK");
    await assert.rejects(Promise.resolve(redis.rename("k", "l")), /no such key/);
  },
  async renamenx(redis) {
    await redis.mset({ k: 1, l: 2 });
    is(await redis.renamenx("k", "l"), 0);
    is(await redis.renamenx("k", "m"), 1);
  },
  async scan(redis) {
    await redis.mset({ "page:1": 1, "page:2": 2, other: 3 });
    const [cursor, found] = await redis.scan(0, { match: "page:*", count: 100, type: "string" });
    is([cursor, found.sort()], ["0", ["page:1", "page:2"]]);
  },
  async touch(redis) {
    await redis.set("k", "v");
    is(await redis.touch("k", "l"), 1);
  },
  async ttl(redis) {
    is(await redis.ttl("k"), -2);
    await redis.set("k", "v");
    is(await redis.ttl("k"), -1);
  },
  async type(redis) {
    is(await redis.type("k"), "none");
    await redis.sadd("k", "v");
    is(await redis.type("k"), "set");
  },
  async unlink(redis) {
    await redis.mset({ a: 1, b: 2 });
    is(await redis.unlink("a", "b", "c"), 2);
  },
};
