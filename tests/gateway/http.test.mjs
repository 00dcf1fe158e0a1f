/** The protocol as any HTTP client can speak it: forms of requests, bytes, numbers, statuses. */
import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";
import { json, startGateway, TOKEN } from "./harness.mjs";

const gateway = await startGateway();
after(() => gateway.stop());
beforeEach(() => gateway.ask("FLUSHALL"));

const BASE64 = { "upstash-encoding": "base64" };
const ALL_BYTES = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));

/**
 * Checks status and body, to the byte.
 * @param {Promise<Response>} answering @param {number} status @param {unknown} expected as JSON, or as text
 */
async function answers(answering, status, expected) {
  const response = await answering;
  const text = typeof expected === "string" ? expected : JSON.stringify(expected);
  assert.deepEqual([response.status, await response.text()], [status, text]);
  assert.equal(response.headers.get("content-type"), "application/json");
}

/** @param {unknown} body @param {Record<string, string>} [headers] */
const post = (body, headers, path = "/") =>
  gateway.request(path, { method: "POST", body: JSON.stringify(body), headers });

test("a command is an array in the body, with strings, numbers and booleans", async () => {
  await answers(post(["SET", "k", 1.5, "EX", 100]), 200, { result: "OK" });
  await answers(post(["get", "k"]), 200, { result: "1.5" });
  await answers(post(["SET", "k", true]), 200, { result: "OK" });
  await answers(post(["GET", "k"]), 200, { result: "true" });
});

test("a command is a path, a body its last argument, a query what follows", async () => {
  await answers(gateway.request("/set/a%2Fb/v%20w"), 200, { result: "OK" });
  await answers(gateway.request("/GET/a%2Fb"), 200, { result: "v w" });
  await answers(gateway.request("/set/k?EX=100&NX", { method: "POST", body: '["not","json' }), 200, { result: "OK" });
  await answers(gateway.request("/get/k"), 200, { result: '["not","json' });
  await answers(gateway.request("/ttl/k"), 200, { result: 100 });
});

test("GET, POST, PUT and HEAD ask, other methods do not", async () => {
  await answers(gateway.request("/set/k", { method: "PUT", body: "v" }), 200, { result: "OK" });
  await answers(gateway.request("/get/k", { method: "POST" }), 200, { result: "v" });
  const head = await gateway.request("/get/k", { method: "HEAD" });
  assert.deepEqual([head.status, await head.text()], [200, ""]);
  for (const method of ["DELETE", "PATCH"]) {
    const response = await gateway.request("/get/k", { method });
    assert.equal(response.status, 405, method);
    assert.match(String((await json(response)).error), /method/);
  }
});

test("the content type of a request decides nothing", async () => {
  for (const type of ["application/x-www-form-urlencoded", "text/plain", "application/json; charset=utf-8"]) {
    await answers(post(["ECHO", type], { "content-type": type }), 200, { result: type });
  }
});

test("a token may stand in the query, and goes nowhere from there", async () => {
  const response = fetch(`${gateway.url}/set/k/v?_token=${TOKEN}`);
  await answers(response, 200, { result: "OK" });
  await answers(gateway.request("/get/k"), 200, { result: "v" });
});

test("every byte arrives and comes back in base64", async () => {
  const set = gateway.request("/set/k", { method: "POST", body: ALL_BYTES });
  await answers(set, 200, { result: "OK" });
  await answers(gateway.request("/strlen/k"), 200, { result: 256 });
  await answers(gateway.request("/get/k", { headers: BASE64 }), 200, { result: ALL_BYTES.toString("base64") });
  const path = [...ALL_BYTES].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
  await answers(gateway.request(`/get/${path}`, { headers: BASE64 }), 200, { result: null });
  await answers(gateway.request(`/set/${path}/v`), 200, { result: "OK" });
  await answers(gateway.request(`/get/${path}`, { headers: BASE64 }), 200, { result: "dg==" });
});

test("as text, what is not UTF-8 is replaced, and everything else escaped", async () => {
  await gateway.request("/set/k", { method: "POST", body: Buffer.from([0x22, 0xff, 0x5c, 0x0a, 0x00]) });
  await answers(gateway.request("/get/k"), 200, '{"result":"\\"\ufffd\\\\\\n\\u0000"}');
});

test("OK is left alone in base64 where it is a status, and only there", async () => {
  await answers(post(["SET", "k", "OK"], BASE64), 200, { result: "OK" });
  await answers(post(["GET", "k"], BASE64), 200, { result: "T0s=" });
  await answers(post(["PING"], BASE64), 200, { result: "UE9ORw==" });
  const rows = [
    ["SET", "k", "v"],
    ["EVAL", "return {redis.status_reply('OK')}", 0],
  ];
  await answers(post(rows, BASE64, "/pipeline"), 200, [{ result: "OK" }, { result: ["T0s="] }]);
  await answers(post(rows, BASE64, "/multi-exec"), 200, [{ result: "OK" }, { result: ["T0s="] }]);
});

test("integers keep all their digits, in both directions", async () => {
  const most = "9223372036854775807";
  const set = gateway.request("/", { method: "POST", body: `["SET","k",${most}]` });
  await answers(set, 200, { result: "OK" });
  await answers(gateway.request("/decr/k"), 200, '{"result":9223372036854775806}');
  await answers(gateway.request("/incr/k", { headers: BASE64 }), 200, `{"result":${most}}`);
  const over = await gateway.request("/incr/k");
  assert.deepEqual([over.status, await over.json()], [400, { error: "ERR increment or decrement would overflow" }]);
  const min = gateway.request("/", { method: "POST", body: `[["INCRBY","m",-9223372036854775808],["GET","m"]]` });
  assert.equal((await min).status, 400);
  const rows = gateway.request("/pipeline", { method: "POST", body: `[["INCRBY","m",-9223372036854775808]]` });
  await answers(rows, 200, '[{"result":-9223372036854775808}]');
});

test("what Redis refuses is an error with its own words", async () => {
  await answers(post(["GET"]), 400, { error: "ERR wrong number of arguments for 'get' command" });
  await post(["LPUSH", "list", "x"]);
  await answers(gateway.request("/get/list", { headers: BASE64 }), 400, {
    error: "WRONGTYPE Operation against a key holding the wrong kind of value",
  });
});

test("what is no request says what to send", async () => {
  for (const [path, body] of [
    ["/", ""],
    ["/", "[]"],
    ["/", "{"],
    ["/", '["SET",'],
    ["/", '["GET",null]'],
    ["/", '["GET",{"k":1}]'],
    ["/", '[["GET","k"]]'],
    ["/", '"PING"'],
    ["/", "\xff"],
    ["/pipeline", ""],
    ["/pipeline", "[]"],
    ["/pipeline", '["PING"]'],
    ["/pipeline", "{}"],
    ["/multi-exec", '[["PING"],["GET",null]]'],
  ]) {
    const response = await gateway.request(path ?? "", { method: "POST", body });
    const { error } = await json(response);
    assert.equal(response.status, 400, `${path} ${body}`);
    assert.match(error, /^ERR .+/);
  }
});

test("a value of a megabyte passes in both directions", async () => {
  const redis = gateway.client();
  const text = 'é"\n\\\u0000😀'.repeat(70_000);
  await redis.set("k", text);
  assert.equal(await redis.get("k"), text);
});

test("half a surrogate pair is stored as a replacement character", async () => {
  const redis = gateway.client();
  await redis.set("k", "😀".slice(0, 1) + "!");
  assert.equal(await redis.get("k"), "\ufffd!");
});

test("nobody keeps an answer", async () => {
  const response = await gateway.request("/get/k");
  assert.equal(response.headers.get("cache-control"), "no-store");
});
