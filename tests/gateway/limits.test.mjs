/** Each limit: what is at it passes, what is over it gets an error in words and takes nobody along. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { json, startGateway } from "./harness.mjs";

/** @param {import("node:test").TestContext} t @param {string[]} args */
async function limited(t, ...args) {
  const gateway = await startGateway({ args });
  t.after(() => gateway.stop());
  return gateway;
}

/**
 * A script that keeps Redis from everything else. Since 7.2 TIME stands still in a script; before, there was no clock.
 * @param {number} ms
 */
const busyFor = (ms) => `
  local os = rawget(_G, 'os')
  local now = os and os.clock or function() local t = redis.call('TIME') return t[1] + t[2] / 1e6 end
  local e = now() + ${ms / 1000} while now() < e do end`;

/** Asks until there is a place for it. @template T @param {() => Promise<T>} ask @returns {Promise<T>} */
async function taken(ask) {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!/max concurrent/.test(String(error))) throw error;
    }
  }
}

test("a request may be as large as the limit, and not a byte larger", async (t) => {
  const gateway = await limited(t, "--max-request-size", "1000");
  const set = (/** @type {number} */ size) => gateway.request("/set/k", { method: "POST", body: "x".repeat(size) });
  assert.equal((await set(1000)).status, 200);
  for (const size of [1001, 5_000_000]) {
    const response = await set(size);
    assert.equal(response.status, 413);
    assert.match((await json(response)).error, /^ERR max request size exceeded. Limit: 1000 bytes/);
  }
  assert.equal(await gateway.client().strlen("k"), 1000);
});

test("a body that tells no length is limited too", async (t) => {
  const gateway = await limited(t, "--max-request-size", "1000");
  const chunks = ReadableStream.from(Array.from({ length: 100 }, () => Buffer.alloc(100, "x")));
  const response = await gateway.request("/set/k", { method: "POST", body: chunks, duplex: "half" });
  assert.equal(response.status, 413);
  assert.equal(await gateway.client().exists("k"), 0);
});

test("a command may take as long as the limit, and what it holds up runs at most once", async (t) => {
  const gateway = await limited(t, "--timeout", "0.3");
  const redis = gateway.client();
  const began = Date.now();
  const asked = redis.pipeline().eval(busyFor(800), [], []).incr("n").exec();
  await assert.rejects(asked, /no reply from redis within 0.3 s; what was asked may have run/);
  assert.ok(Date.now() - began < 700, "the limit was not kept");
  while ((await redis.ping().catch(() => "late")) !== "PONG");
  assert.equal(await redis.get("n"), 1);
});

test("a reply may be as large as the limit; a larger one is an error in its place, and no other's", async (t) => {
  const gateway = await limited(t, "--max-reply-size", "1000");
  const redis = gateway.client();
  await redis.mset({ small: "s".repeat(900), large: "x".repeat(2000) });
  const [small, large, ping] = await Promise.all([
    gateway.request("/get/small"),
    gateway.request("/get/large"),
    gateway.request("/ping"),
  ]);
  assert.deepEqual(await json(small), { result: "s".repeat(900) });
  assert.deepEqual(await json(ping), { result: "PONG" });
  assert.equal(large.status, 400);
  assert.match((await json(large)).error, /^ERR max reply size exceeded. Limit: 1000 bytes; what was asked has run/);
  const items = await redis.pipeline().get("small").get("large").ping().exec({ keepErrors: true });
  assert.deepEqual([items[0]?.result, items[2]?.result], ["s".repeat(900), "PONG"]);
  assert.match(String(items[1]?.error), /^ERR max reply size exceeded/);
});

test("a pipeline may have as many commands as the limit, and not one more", async (t) => {
  const gateway = await limited(t, "--max-commands", "3");
  const incr = (/** @type {string} */ path, /** @type {number} */ times) =>
    gateway.request(path, { method: "POST", body: JSON.stringify(Array(times).fill(["INCR", "n"])) });
  for (const path of ["/pipeline", "/multi-exec"]) {
    assert.equal((await json(await incr(path, 3))).length, 3);
    const response = await incr(path, 4);
    assert.equal(response.status, 400);
    assert.match((await json(response)).error, /^ERR max pipeline size exceeded. Limit: 3 commands/);
  }
  assert.equal(await gateway.client().get("n"), 6);
});

test("as many requests as the limit are under way at once, and one more is told so at once", async (t) => {
  const gateway = await limited(t, "--max-concurrent-requests", "1");
  const redis = gateway.client({ enableAutoPipelining: false });
  let isUnderWay = true;
  const asked = taken(() => redis.eval(busyFor(300), [], [])).finally(() => (isUnderWay = false));
  const refused = [];
  while (isUnderWay) {
    const response = await gateway.request("/incr/n");
    if (response.status !== 200) refused.push({ status: response.status, ...(await json(response)) });
  }
  assert.equal(await asked, null);
  assert.ok(refused.length > 0);
  const error = "ERR max concurrent connections exceeded. Limit: 1 requests at once; nothing was run";
  for (const answer of refused) assert.deepEqual(answer, { status: 429, error });
  // A request is under way until its answer is sent, and who has read it may be quicker than the one who notes that.
  let answer;
  for (let tries = 0; answer === undefined && tries < 100; tries += 1) {
    answer = await redis.ping().catch((/** @type {Error} */ refusal) => void assert.match(refusal.message, /^ERR max/));
  }
  assert.equal(answer, "PONG");
});
