// The official client, unchanged, against the gateway in front of a real Redis.
//
// Redis and gateway are started here and end with the tests. The gateway is built first, unless
// REDIS_GATEWAY names a binary.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";

import { Redis } from "@upstash/redis";

const root = fileURLToPath(new URL("..", import.meta.url));
const directory = mkdtempSync(join(tmpdir(), "redis-gateway-"));
/** @type {import("node:child_process").ChildProcess[]} */
const processes = [];
/** @type {string} */
let url;
/** @type {Redis} */
let redis;

before(async () => {
  const socket = join(directory, "redis.sock");
  const server = ["--port", "0", "--unixsocket", socket, "--save", "", "--dir", directory];
  await start("redis-server", server, /ready to accept connections/i);
  const line = await start(
    process.env.REDIS_GATEWAY ?? buildGateway(),
    ["--redis", `unix:${socket}`, "--listen", "127.0.0.1:0"],
    /listening on/,
  );
  url = line.slice(line.indexOf("http"));
  redis = client();
});

beforeEach(() => redis.flushall());

after(async () => {
  for (const child of processes.reverse()) {
    child.kill();
    await once(child, "exit");
  }
  rmSync(directory, { recursive: true });
});

function buildGateway() {
  execFileSync("cargo", ["build", "--quiet", "-p", "redis-gateway"], { cwd: root, stdio: "inherit" });
  return join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "debug", "redis-gateway");
}

/**
 * Starts a program and resolves with the first line of its output that matches `ready`.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {RegExp} ready
 */
async function start(program, args, ready) {
  const env = { ...process.env, GATEWAY_TOKENS: "full", GATEWAY_READONLY_TOKENS: "reader" };
  const child = spawn(program, args, { env, stdio: ["ignore", "pipe", "inherit"] });
  await once(child, "spawn");
  processes.push(child);
  for await (const line of createInterface({ input: child.stdout })) {
    if (ready.test(line)) {
      child.stdout.resume();
      return line;
    }
  }
  throw new Error(`${program} ended before it was ready`);
}

/** @param {Partial<import("@upstash/redis").RedisConfigNodejs>} [options] */
function client(options) {
  return new Redis({ url, token: "full", retry: { retries: 0 }, enableTelemetry: false, ...options });
}

/**
 * Gives a test the paths that its HTTP requests go to.
 *
 * @param {import("node:test").TestContext} context
 */
function watchPaths({ mock }) {
  /** @type {string[]} */
  const paths = [];
  const original = globalThis.fetch;
  mock.method(globalThis, "fetch", (/** @type {string} */ input, /** @type {RequestInit} */ init) => {
    paths.push(new URL(input).pathname);
    return original(input, init);
  });
  return paths;
}

test("strings come back as they were set", async () => {
  assert.equal(await redis.set("text", "grüße, 世界 😀", { ex: 100 }), "OK");
  assert.equal(await redis.get("text"), "grüße, 世界 😀");
  assert.equal(await redis.ttl("text"), 100);
  assert.equal(await redis.set("text", "other", { nx: true }), null);
  assert.equal(await redis.get("missing"), null);
  assert.deepEqual(await redis.mget("text", "missing"), ["grüße, 世界 😀", null]);
  assert.equal(await redis.incrbyfloat("float", 1.5), 1.5);
  const document = { title: "a", blocks: [1, null, { deep: ["b"] }] };
  await redis.set("document", document);
  assert.deepEqual(await redis.get("document"), document);
});

test("hashes, lists, sets, sorted sets and streams keep their shape", async () => {
  assert.equal(await redis.hset("hash", { a: 1, b: "two" }), 2);
  assert.deepEqual(await redis.hgetall("hash"), { a: 1, b: "two" });
  assert.equal(await redis.hgetall("missing"), null);
  assert.equal(await redis.rpush("list", "a", "b"), 2);
  assert.deepEqual(await redis.lrange("list", 0, -1), ["a", "b"]);
  await redis.sadd("set", "only");
  assert.deepEqual(await redis.smembers("set"), ["only"]);
  await redis.zadd("sorted", { score: 1.5, member: "m" });
  assert.deepEqual(await redis.zrange("sorted", 0, -1, { withScores: true }), ["m", 1.5]);
  const id = await redis.xadd("stream", "*", { event: "page.created" });
  assert.deepEqual(await redis.xrange("stream", "-", "+"), { [id]: { event: "page.created" } });
  assert.deepEqual(await redis.scan(0, { match: "hash" }).then(([, keys]) => keys), ["hash"]);
});

test("commands of the same moment share a request, and one that fails leaves the others alone", async (context) => {
  await redis.set("text", "not a list");
  const paths = watchPaths(context);
  const outcomes = [redis.incr("number"), redis.lpush("text", "x"), redis.set("other", "written")].map((outcome) =>
    Promise.resolve(outcome).catch((error) => error.message),
  );
  const [number, push, text] = await Promise.all(outcomes);
  assert.deepEqual([number, text], [1, "OK"]);
  assert.match(String(push), /WRONGTYPE/);
  assert.deepEqual(paths, ["/pipeline"]);
});

test("a pipeline goes on after an error", async () => {
  await redis.set("text", "v");
  const [set, push, get] = await redis.pipeline().set("a", 1).lpush("text", "x").get("a").exec({ keepErrors: true });
  assert.deepEqual([set.result, get.result], ["OK", 1]);
  assert.match(String(push.error), /^WRONGTYPE/);
});

test("a transaction is one, and nothing of a discarded one stays", async () => {
  assert.deepEqual(await redis.multi().set("a", "1").incr("a").get("a").exec(), ["OK", 2, 2]);
  const discarded = redis.multi().set("a", "changed").del();
  await assert.rejects(discarded.exec(), /wrong number of arguments for 'del'/);
  assert.equal(await redis.get("a"), 2);
});

test("scripts run by their text and by their hash", async () => {
  const script = redis.createScript("return {KEYS[1], ARGV[1], redis.call('INCR', KEYS[1])}");
  await assert.rejects(redis.evalsha(script.sha1, ["k"], ["v"]), /NOSCRIPT/);
  assert.deepEqual(await script.exec(["k"], ["v"]), ["k", "v", 1]);
  assert.deepEqual(await redis.evalsha(script.sha1, ["k"], ["v"]), ["k", "v", 2]);
  await assert.rejects(redis.eval("return redis.error_reply('MINE is mine')", [], []), /MINE is mine/);
});

test("bytes which are no text arrive in base64", async () => {
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
  const headers = { authorization: "Bearer full", "upstash-encoding": "base64" };
  await fetch(`${url}/set/binary`, { method: "POST", headers, body: bytes });
  const response = await fetch(`${url}/get/binary`, { headers });
  assert.equal(await response.text(), JSON.stringify({ result: bytes.toString("base64") }));
  assert.equal(await redis.strlen("binary"), 256);
  assert.equal(await client({ responseEncoding: false }).getrange("binary", 65, 67), "ABC");
});

test("integers over 2^53 keep their digits on the wire", async () => {
  await redis.set("number", "9007199254740992");
  const headers = { authorization: "Bearer full" };
  const response = await fetch(`${url}/incr/number`, { headers });
  assert.equal(await response.text(), '{"result":9007199254740993}');
  assert.equal(await redis.get("number"), "9007199254740993");
});

test("a value of a megabyte passes in both directions", async () => {
  const text = 'é"\n\\\u0000😀'.repeat(70_000);
  await redis.set("large", text);
  assert.equal(await redis.get("large"), text);
});

test("half a surrogate pair is stored as a replacement character", async () => {
  await redis.set("half", "😀".slice(0, 1) + "!");
  assert.equal(await redis.get("half"), "\ufffd!");
});

test("an error says which token is needed", async () => {
  await assert.rejects(client({ token: "wrong" }).get("k"), /WRONGPASS invalid or missing auth token/);
  const reader = client({ token: "reader" });
  await redis.set("k", "v");
  assert.equal(await reader.get("k"), "v");
  assert.equal(await reader.evalRo("return redis.call('GET', KEYS[1])", ["k"], []), "v");
  await assert.rejects(reader.set("k", "w"), /NOPERM .*'set'/);
  await assert.rejects(reader.keys("*"), /NOPERM .*'keys'/);
  assert.equal(await redis.get("k"), "v");
});

test("every response moves the token with which the client reads its own writes", async () => {
  const tokens = new Set();
  for (const key of ["a", "b", "c"]) {
    await redis.set(key, key);
    tokens.add(redis.readYourWritesSyncToken);
    await redis.get(key);
    tokens.add(redis.readYourWritesSyncToken);
  }
  assert.equal(tokens.size, 6);
  assert.ok(!tokens.has("") && !tokens.has(undefined));
});
