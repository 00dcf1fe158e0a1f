/** What is about the server or the connection, and commands that have no method. */
import assert, { deepEqual as is } from "node:assert/strict";

/** @type {import("./index.mjs").Calls} */
export const server = {
  async clientSetinfo(redis) {
    is(await redis.clientSetinfo("LIB-NAME", "gateway-test"), "OK");
  },
  async echo(redis) {
    is(await redis.echo('a "b"\n'), 'a "b"\n');
  },
  async exec(redis) {
    is(await redis.exec(["SET", "k", 1.5]), "OK");
    is(await redis.exec(["OBJECT", "ENCODING", "k"]), "embstr");
    await assert.rejects(Promise.resolve(redis.exec(["NO-SUCH-COMMAND"])), /unknown command/);
  },
  async flushall(redis) {
    await redis.set("k", "v");
    is(await redis.flushall(), "OK");
    is(await redis.exists("k"), 0);
  },
  async flushdb(redis) {
    await redis.set("k", "v");
    is(await redis.flushdb({ async: true }), "OK");
    is(await redis.exists("k"), 0);
  },
  async ping(redis) {
    is([await redis.ping(), await redis.ping(["you"])], ["PONG", "you"]);
  },
  async publish(redis) {
    is(await redis.publish("nobody", { listens: true }), 0);
  },
  async time(redis) {
    const [seconds, microseconds] = await redis.time();
    assert.ok(seconds > 1.7e9 && microseconds < 1e6);
  },
};
