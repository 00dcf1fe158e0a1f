/** Several commands in a request: auto-pipelining, pipelines, transactions, and the token of one's own writes. */
import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";
import { json, startGateway } from "./harness.mjs";

const gateway = await startGateway();
after(() => gateway.stop());
beforeEach(() => gateway.ask("FLUSHALL"));
const redis = gateway.client();

/**
 * Notes where the HTTP requests of a test go, and with which headers.
 * @param {import("node:test").TestContext} t
 */
function watch({ mock }) {
  /** @type {{ path: string, headers: Headers }[]} */
  const requests = [];
  const original = globalThis.fetch;
  mock.method(globalThis, "fetch", (/** @type {string} */ input, /** @type {RequestInit} */ init) => {
    requests.push({ path: new URL(input).pathname, headers: new Headers(init.headers) });
    return original(input, init);
  });
  return requests;
}

test("commands of the same moment share a request, and one that fails leaves the others alone", async (t) => {
  await redis.set("text", "not a list");
  const requests = watch(t);
  const outcomes = [redis.incr("number"), redis.lpush("text", "x"), redis.set("other", "written")].map((outcome) =>
    Promise.resolve(outcome).catch((error) => error.message),
  );
  const [number, push, text] = await Promise.all(outcomes);
  assert.deepEqual([number, text], [1, "OK"]);
  assert.match(String(push), /WRONGTYPE/);
  assert.deepEqual(
    requests.map(({ path }) => path),
    ["/pipeline"],
  );
});

test("without auto-pipelining every command is a request", async (t) => {
  const requests = watch(t);
  const one = gateway.client({ enableAutoPipelining: false });
  assert.deepEqual(await Promise.all([one.incr("n"), one.get("k")]), [1, null]);
  assert.deepEqual(
    requests.map(({ path }) => path),
    ["/", "/"],
  );
});

test("a thousand commands of the same moment are answered in their order", async () => {
  const numbers = await Promise.all(Array.from({ length: 1000 }, () => redis.incr("n")));
  assert.deepEqual(
    numbers,
    numbers.map((_, index) => index + 1),
  );
});

test("a pipeline goes on after an error, and the error says which command it was", async () => {
  const pipeline = () => redis.pipeline().set("a", 1).lpush("a", "x").get("a").unlink("nothing");
  const [set, push, get, unlink] = await pipeline().exec({ keepErrors: true });
  assert.deepEqual([set.result, get.result, unlink.result], ["OK", 1, 0]);
  assert.match(String(push.error), /^WRONGTYPE/);
  assert.equal(push.result, undefined);
  await assert.rejects(pipeline().exec(), /2 \[ lpush \].*WRONGTYPE/);
});

test("in a pipeline a refused command has its error in its place", async () => {
  const rows = [["SET", "k", "v"], ["SUBSCRIBE", "c"], ["GET", null], [], ["GET", "k"]];
  const response = await gateway.request("/pipeline", { method: "POST", body: JSON.stringify(rows) });
  const items = await json(response);
  assert.equal(response.status, 200);
  assert.deepEqual([items.length, items[0], items[4]], [5, { result: "OK" }, { result: "v" }]);
  for (const item of items.slice(1, 4)) assert.match(item.error, /^ERR /);
});

test("a transaction is one, whoever else writes", async () => {
  const others = Array.from({ length: 50 }, () => redis.incr("n"));
  const transactions = Array.from({ length: 50 }, () => redis.multi().incr("n").get("n").incr("n").exec());
  await Promise.all(others);
  for (const [first, seen, second] of await Promise.all(transactions)) {
    assert.deepEqual([seen, second], [first, first + 1]);
  }
});

test("an error while a transaction runs leaves the rest of it as Redis does", async () => {
  await redis.set("text", "v");
  const [push, set] = await redis.multi().lpush("text", "x").set("k", "v").exec({ keepErrors: true });
  assert.match(String(push.error), /^WRONGTYPE/);
  assert.deepEqual([set.result, await redis.get("k")], ["OK", "v"]);
});

test("nothing stays of a transaction that Redis or the gateway refuses", async () => {
  await assert.rejects(redis.multi().set("k", "v").del().exec(), /wrong number of arguments for 'del'/);
  for (const bad of [["BLPOP", "q", 0], ["EXEC"], ["DISCARD"], ["MULTI"], ["GET", null], []]) {
    const body = JSON.stringify([["SET", "k", "v"], bad, ["SET", "k", "w"]]);
    const response = await gateway.request("/multi-exec", { method: "POST", body });
    assert.equal(response.status, 400, body);
    assert.match((await json(response)).error, /^ERR /);
  }
  assert.equal(await redis.get("k"), null);
});

test("every answer moves the token of one's own writes, and the next request carries the last one", async (t) => {
  const requests = watch(t);
  const own = gateway.client();
  /** @type {(string | undefined)[]} */
  const tokens = [];
  for (const key of ["a", "b", "c"]) {
    await own.set(key, key);
    tokens.push(own.readYourWritesSyncToken);
    await own.get(key);
    tokens.push(own.readYourWritesSyncToken);
  }
  assert.equal(new Set(tokens).size, 6);
  assert.ok(tokens.every(Boolean));
  const sent = requests.map(({ headers }) => headers.get("upstash-sync-token"));
  assert.deepEqual(sent, ["", ...tokens.slice(0, -1)]);
});

test("errors and refusals move that token too", async () => {
  /** @type {Set<string | null>} */
  const tokens = new Set();
  for (const path of ["/get", "/get/k", "/blpop/k/0", "/no-such-command"]) {
    tokens.add((await gateway.request(path)).headers.get("upstash-sync-token"));
  }
  assert.ok(tokens.size === 4 && !tokens.has(null));
});
