/** Where Redis is, and connections by name. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Transport,
  connectionSettings,
  connections,
  createConnections,
  makeResource,
} from "../../src/store/index.ts";

const HTTP = { UPSTASH_REDIS_REST_URL: "https://a", UPSTASH_REDIS_REST_TOKEN: "ta" };
const KV = { KV_REST_API_URL: "https://b", KV_REST_API_TOKEN: "tb" };
const TCP = { REDIS_URL: "redis://user:secret@c:6379/2" };

test("options go before the environment, HTTP before TCP", () => {
  const all = { ...HTTP, ...KV, ...TCP };
  assert.deepEqual(connectionSettings({ url: "rediss://o" }, all), { kind: "tcp", url: "rediss://o" });
  assert.deepEqual(connectionSettings({ url: "https://o", token: "t" }, all), {
    kind: "http",
    url: "https://o",
    token: "t",
  });
  assert.deepEqual(connectionSettings({}, all), { kind: "http", url: "https://a", token: "ta" });
  assert.deepEqual(connectionSettings({}, { ...KV, ...TCP }), { kind: "http", url: "https://b", token: "tb" });
  assert.deepEqual(connectionSettings({}, TCP), { kind: "tcp", url: TCP.REDIS_URL });
});

test("what is missing or wrong is named, and no value is repeated", () => {
  const fails = (environment: Record<string, string>, message: RegExp, options = {}) =>
    assert.throws(() => connectionSettings(options, environment), { name: "UnsupportedArgumentError", message });
  fails({}, /no Redis is named: .*UPSTASH_REDIS_REST_URL, KV_REST_API_URL, REDIS_URL/);
  fails(
    { UPSTASH_REDIS_REST_URL: "https://a", ...TCP },
    /^UPSTASH_REDIS_REST_URL is set without UPSTASH_REDIS_REST_TOKEN$/,
  );
  fails({ KV_REST_API_TOKEN: "secret" }, /^KV_REST_API_TOKEN is set without KV_REST_API_URL$/);
  fails({ REDIS_URL: "ftp://secret" }, /^REDIS_URL is no address of Redis that this understands$/);
  fails(HTTP, /^url is set without token$/, { url: "https://o" });
});

test("a connection is opened by the first call, once, and again after it failed", async () => {
  const own = createConnections();
  const transport = own.get("late");
  await assert.rejects(transport.send(["PING"], ""), /there is no connection "late": known are none/);
  let opened = 0;
  own.set("late", async () => {
    opened += 1;
    if (opened === 1) throw new Error("not yet");
    return fake;
  });
  assert.equal(opened, 0);
  await assert.rejects(transport.send(["PING"], ""), /not yet/);
  assert.deepEqual(await Promise.all([transport.send(["A"], ""), transport.send(["B"], "")]), ["A", "B"]);
  assert.equal(opened, 2);
  assert.ok(own.has("late") && own.delete("late") && !own.has("late"));
});

test("a script over a connection that nobody named is refused, and nothing else goes wrong", async (t) => {
  const unhandled: unknown[] = [];
  const note = (error: unknown) => void unhandled.push(error);
  process.on("unhandledRejection", note);
  t.after(() => process.off("unhandledRejection", note));
  await assert.rejects(makeResource("users", "nowhere").list(), { name: "UnsupportedArgumentError" });
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(unhandled, []);
});

test("a resource is made from a name, before its connection is there", async () => {
  const users = makeResource("users", "redis-main", { prefix: "app" });
  assert.equal(users.key("1"), "app:store:resource:users:1");
  connections.set("redis-main", () => fake);
  await assert.rejects(users.get("1"), { name: "MisshapedRecord" });
  assert.ok(connections.delete("redis-main"));
});

/** Answers with the command's name. */
const fake: Transport = {
  send: async ([name = ""]) => name,
  nodes: async () => [],
  subscribe: async () => async () => {},
};
