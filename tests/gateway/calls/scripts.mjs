/** Scripts and functions. */
import assert, { deepEqual as is } from "node:assert/strict";
import { createHash } from "node:crypto";

/** A command of the client may be no promise yet. @param {unknown} call @param {RegExp} pattern */
const rejects = (call, pattern) => assert.rejects(Promise.resolve(call), pattern);

/** Has a flag that only Upstash knows. */
const LOCKING = "#!lua flags=allow-key-locking\nreturn ARGV[1]";

const LIBRARY = `#!lua name=lib
redis.register_function('echo', function(keys, args) return {keys[1], args[1]} end)
redis.register_function{
  function_name='read', callback=function(keys) return redis.call('GET', keys[1]) end, flags={'no-writes'}
}`;

/** @param {import("@upstash/redis").Redis} redis */
const load = (redis) => redis.functions.load({ code: LIBRARY, replace: true });

/** @type {import("./index.mjs").Calls} */
export const scripts = {
  async eval(redis) {
    is(await redis.eval("return {KEYS[1], ARGV[1], 7, false, {'deep', {}}}", ["k"], ["v"]), [
      "k",
      "v",
      7,
      null,
      ["deep", []],
    ]);
    await rejects(redis.eval("return redis.error_reply('MINE is mine')", [], []), /MINE is mine/);
    await rejects(redis.eval("return redis.call('INCR', KEYS[1], 'x')", ["k"], []), /ERR/);
  },
  async evalRo(redis) {
    await redis.set("k", "v");
    is(await redis.evalRo("return redis.call('GET', KEYS[1])", ["k"], []), "v");
    await rejects(redis.evalRo("return redis.call('DEL', KEYS[1])", ["k"], []), /[Ww]rite commands are not allowed/);
  },
  async evalsha(redis) {
    await rejects(redis.evalsha("0".repeat(40), [], []), /NOSCRIPT/);
    const sha = await redis.scriptLoad("return ARGV[1]");
    is(await redis.evalsha(sha, [], ["v"]), "v");
  },
  async evalshaRo(redis) {
    const sha = await redis.scriptLoad("return ARGV[1]");
    is(await redis.evalshaRo(sha, [], ["v"]), "v");
  },
  async scriptExists(redis) {
    const sha = await redis.scriptLoad("return 1");
    is(await redis.scriptExists(sha, "0".repeat(40)), [1, 0]);
  },
  async scriptFlush(redis) {
    const sha = await redis.scriptLoad("return 1");
    is(await redis.scriptFlush({ sync: true }), "OK");
    is(await redis.scriptExists(sha), [0]);
  },
  async scriptLoad(redis) {
    is(await redis.scriptLoad("return 1"), "e0e1f9fabfc9d4800c877a703b823ac0578ff8db");
    is(await redis.scriptLoad(LOCKING), createHash("sha1").update(LOCKING).digest("hex"));
    await rejects(redis.scriptLoad("return return"), /ERR/);
  },
  async createScript(redis) {
    await redis.scriptFlush();
    const script = redis.createScript("return {KEYS[1], ARGV[1], redis.call('INCR', KEYS[1])}");
    is(await script.exec(["k"], ["v"]), ["k", "v", 1]);
    is(await script.exec(["k"], ["v"]), ["k", "v", 2]);
    is(await script.eval(["k"], ["v"]), ["k", "v", 3]);
    const reading = redis.createScript("return redis.call('GET', KEYS[1])", { readonly: true });
    is(await reading.exec(["k"], []), 3);
    is(await reading.evalshaRo(["k"], []), 3);
    const locking = redis.createScript(LOCKING);
    is(await locking.eval([], ["v"]), "v");
    is(await locking.evalsha([], ["v"]), "v");
  },
  async "functions.load"(redis) {
    is(await load(redis), "lib");
    await rejects(redis.functions.load({ code: LIBRARY }), /already exists/);
  },
  async "functions.list"(redis) {
    await load(redis);
    const [library] = await redis.functions.list({ withCode: true });
    is([library?.libraryName, library?.functions.map(({ name }) => name).sort()], ["lib", ["echo", "read"]]);
  },
  async "functions.delete"(redis) {
    await load(redis);
    is(await redis.functions.delete("lib"), "OK");
  },
  async "functions.flush"(redis) {
    await load(redis);
    is(await redis.functions.flush(), "OK");
    is(await redis.functions.list(), []);
  },
  async "functions.stats"(redis) {
    await load(redis);
    is((await redis.functions.stats()).engines.LUA, { librariesCount: 1, functionsCount: 2 });
  },
  async "functions.call"(redis) {
    await load(redis);
    is(await redis.functions.call("echo", ["k"], ["v"]), ["k", "v"]);
  },
  async "functions.callRo"(redis) {
    await load(redis);
    await redis.set("k", "v");
    is(await redis.functions.callRo("read", ["k"], []), "v");
    await rejects(redis.functions.callRo("echo", ["k"], []), /ERR/);
  },
};
