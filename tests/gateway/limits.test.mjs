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
  const now = "local function now() local t = redis.call('TIME') return t[1] * 1e3 + t[2] / 1e3 end";
  const busy = `${now} local e = now() + 800 while now() < e do end`;
  const began = Date.now();
  const asked = redis.pipeline().eval(busy, [], []).incr("n").exec();
  await assert.rejects(asked, /no reply from redis within 0.3 s; what was asked may have run/);
  assert.ok(Date.now() - began < 700, "the limit was not kept");
  while ((await redis.ping().catch(() => "late")) !== "PONG");
  assert.equal(await redis.get("n"), 1);
});
