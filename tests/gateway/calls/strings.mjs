/** Strings, counters, bits and HyperLogLogs. */
import { deepEqual as is, rejects } from "node:assert/strict";

/** @type {import("./index.mjs").Calls} */
export const strings = {
  async append(redis) {
    is(await redis.append("k", "ab"), 2);
    is(await redis.append("k", "é"), 4);
  },
  async bitcount(redis) {
    await redis.set("k", "foobar");
    is(await redis.bitcount("k", 0, -1), 26);
    is(await redis.bitcount("k", 1, 1), 6);
  },
  async bitfield(redis) {
    const replies = redis.bitfield("k").set("u8", 0, 200).get("u8", 0).overflow("FAIL").incrby("u8", 0, 100).exec();
    is(await replies, [0, 200, null]);
  },
  async bitop(redis) {
    await redis.mset({ a: "abc", b: "abd" });
    is(await redis.bitop("and", "both", "a", "b"), 3);
    is(await redis.get("both"), "ab`");
  },
  async bitpos(redis) {
    await redis.setbit("k", 9, 1);
    is(await redis.bitpos("k", 1), 9);
    is(await redis.bitpos("k", 1, 0, 0), -1);
  },
  async decr(redis) {
    is(await redis.decr("k"), -1);
  },
  async decrby(redis) {
    is(await redis.decrby("k", 5), -5);
  },
  async get(redis) {
    is(await redis.get("k"), null);
    await redis.set("k", "grüße, 世界 😀");
    is(await redis.get("k"), "grüße, 世界 😀");
    await redis.set("k", { title: "a", blocks: [1, null, { deep: ["b"] }] });
    is(await redis.get("k"), { title: "a", blocks: [1, null, { deep: ["b"] }] });
    await redis.lpush("list", 1);
    await rejects(Promise.resolve(redis.get("list")), /WRONGTYPE/);
  },
  async getbit(redis) {
    await redis.set("k", "A");
    is(await redis.getbit("k", 1), 1);
  },
  async getdel(redis) {
    await redis.set("k", "v");
    is(await redis.getdel("k"), "v");
    is(await redis.exists("k"), 0);
  },
  async getex(redis) {
    await redis.set("k", "v");
    is(await redis.getex("k", { ex: 100 }), "v");
    is(await redis.ttl("k"), 100);
  },
  async getrange(redis) {
    await redis.set("k", "value");
    is(await redis.getrange("k", 1, -2), "alu");
  },
  async getset(redis) {
    is(await redis.getset("k", "a"), null);
    is(await redis.getset("k", "b"), "a");
  },
  async incr(redis) {
    is(await redis.incr("k"), 1);
  },
  async incrby(redis) {
    is(await redis.incrby("k", 41), 41);
  },
  async incrbyfloat(redis) {
    is(await redis.incrbyfloat("k", 1.5), 1.5);
    is(await redis.incrbyfloat("k", 1e-3), 1.501);
  },
  async mget(redis) {
    await redis.mset({ a: 1, b: "two" });
    is(await redis.mget("a", "missing", "b"), [1, null, "two"]);
    is(await redis.mget(["b"]), ["two"]);
  },
  async mset(redis) {
    is(await redis.mset({ a: 1, b: { c: [] } }), "OK");
    is(await redis.get("b"), { c: [] });
  },
  async msetnx(redis) {
    is(await redis.msetnx({ a: 1, b: 2 }), 1);
    is(await redis.msetnx({ b: 3, c: 4 }), 0);
    is(await redis.exists("c"), 0);
  },
  async pfadd(redis) {
    is(await redis.pfadd("k", "a", "b"), 1);
    is(await redis.pfadd("k", "a"), 0);
  },
  async pfcount(redis) {
    await redis.pfadd("k", "a", "b");
    await redis.pfadd("l", "b", "c");
    is(await redis.pfcount("k", "l"), 3);
  },
  async pfmerge(redis) {
    await redis.pfadd("k", "a", "b");
    is(await redis.pfmerge("l", "k"), "OK");
    is(await redis.pfcount("l"), 2);
  },
  async psetex(redis) {
    is(await redis.psetex("k", 100_000, "v"), "OK");
    is(await redis.ttl("k"), 100);
  },
  async set(redis) {
    is(await redis.set("k", "v", { ex: 100 }), "OK");
    is(await redis.ttl("k"), 100);
    is(await redis.set("k", "w", { nx: true }), null);
    is(await redis.set("k", "w", { xx: true, get: true, keepTtl: true }), "v");
    is(await redis.set("k", ""), "OK");
    is(await redis.get("k"), "");
  },
  async setbit(redis) {
    is(await redis.setbit("k", 7, 1), 0);
    is(await redis.setbit("k", 7, 0), 1);
  },
  async setex(redis) {
    is(await redis.setex("k", 100, "v"), "OK");
    is(await redis.ttl("k"), 100);
  },
  async setnx(redis) {
    is(await redis.setnx("k", "v"), 1);
    is(await redis.setnx("k", "w"), 0);
  },
  async setrange(redis) {
    is(await redis.setrange("k", 2, "v"), 3);
    is(await redis.get("k"), "\0\0v");
  },
  async strlen(redis) {
    await redis.set("k", "é");
    is(await redis.strlen("k"), 2);
  },
};
