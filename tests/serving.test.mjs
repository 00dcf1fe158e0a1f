/** What readers get of the Worker in workerd over a real Redis, and while what lies between the two delays, cuts and answers nonsense. */
import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startWorkerd } from "../bench/workerd.mjs";
import { exportAll } from "../local/cron.mjs";
import { workerAt } from "../local/worker.mjs";
import { folder, stackFor, storeOf } from "./harness.mjs";

/** @typedef {import("node:test").TestContext} TestContext */
/** @typedef {(answer: http.ServerResponse, real: { status: number, headers: http.OutgoingHttpHeaders, body: Buffer }) => void | Promise<void>} Fault */

const nothing = () => {};

test("a page has a tag, an age and one address, whoever asks for it and however", async (t) => {
  const stack = await stackFor(t, { vars: { CORS_ORIGINS: "https://site.example" } });
  await exportAll(stack.worker, nothing);
  const get = getter(stack.worker.url);
  const { results } = JSON.parse((await get("/v1/pages?limit=100")).text);
  const { id, path } = results.find((/** @type {{ excerpt: string }} */ it) => it.excerpt !== "");

  const page = await get(`/v1/pages${path}`);
  assert.equal(page.status, 200);
  assert.equal(JSON.parse(page.text).id, id);
  assert.match(page.header("cache-control"), /^public, max-age=25, stale-while-revalidate=30, stale-if-error=\d+$/);
  assert.match(page.header("etag"), /^W\/"[0-9a-f]{32}"$/);
  assert.ok(Date.parse(page.header("last-modified")) > 0);
  assert.ok(Number(page.header("notion-edge-version")) > 0);
  assert.equal(page.header("vary"), "accept, origin");
  assert.ok(page.header("cache-tag").split(",").includes(`page-${id}`));

  const known = { "if-none-match": page.header("etag") };
  const same = await get(`/v1/pages/${id}`, { headers: known });
  assert.deepEqual([same.status, same.text, same.header("etag")], [304, "", page.header("etag")]);
  const head = await get(`/v1/pages/${id}`, { method: "HEAD" });
  assert.deepEqual([head.status, head.text], [200, ""]);
  assert.equal(head.header("etag"), page.header("etag"));

  const html = await get(`/v1/pages/${id}`, { headers: { accept: "text/html" } });
  assert.equal(html.header("content-type"), "text/html; charset=utf-8");
  assert.equal(html.text, (await get(`/v1/pages${path}.html`)).text);
  assert.notEqual(html.header("etag"), page.header("etag"));
  const few = await get(`/v1/pages/${id}?fields=title,path`);
  assert.deepEqual(Object.keys(JSON.parse(few.text)), ["title", "path"]);

  const list = await get("/v1/pages?limit=2");
  const listed = await get("/v1/pages?limit=2", { headers: { "if-none-match": list.header("etag") } });
  assert.deepEqual([list.status, listed.status, listed.text], [200, 304, ""]);
  assert.match(listed.header("cache-control"), /^public, max-age=/);

  const problem = await get("/v1/pages/no/such/page");
  assert.deepEqual([problem.status, problem.header("content-type")], [404, "application/problem+json"]);
  assert.equal(problem.header("cache-control"), "private, no-store");

  const from = (/** @type {string} */ origin) => ({ headers: { origin } });
  const shared = await get(`/v1/pages/${id}`, from("https://site.example"));
  assert.equal(shared.header("access-control-allow-origin"), "https://site.example");
  assert.equal((await get(`/v1/pages/${id}`, from("https://other.example"))).header("access-control-allow-origin"), "");
  const preflight = await get(`/v1/pages/${id}`, { method: "OPTIONS", ...from("https://site.example") });
  assert.equal(preflight.status, 204);
  // Of a file a part may be asked for.
  for (const name of ["authorization", "range", "if-range"])
    assert.ok(preflight.header("access-control-allow-headers").split(", ").includes(name), name);
});

test("where reading needs a token, nothing may be kept by others, and a health check needs none", async (t) => {
  const stack = await stackFor(t, { vars: { ACCESS: "private", READ_TOKENS: "one,two" } });
  await exportAll(stack.worker, nothing);
  const get = getter(stack.worker.url);
  const one = { headers: { authorization: "Bearer one" } };
  const { results } = JSON.parse((await get("/v1/pages", one)).text);
  for (const address of [`/v1/pages/${results[0].id}`, `/v1/pages${results[0].path}.md`, "/v1/pages", "/v1/status"]) {
    const answer = await get(address, one);
    assert.deepEqual([answer.status, answer.header("cache-control")], [200, "private, no-store"], address);
    assert.equal(answer.header("cache-tag"), "");
    // What is remembered for one reader is not for who shows no token.
    for (const authorization of ["", "Bearer three", "two", "Basic one"]) {
      const refused = await get(address, { headers: { authorization } });
      assert.deepEqual([refused.status, refused.header("www-authenticate")], [401, "Bearer"], address);
    }
  }
  assert.equal((await get("/healthz")).status, 200);
});

test("events are streamed as they happen, and a stream that was cut off goes on after the last one", async (t) => {
  const origin = "https://site.example";
  const stack = await stackFor(t, { vars: { CORS_ORIGINS: origin } });
  await exportAll(stack.worker, nothing);
  const open = async (/** @type {string} */ query, /** @type {Record<string, string>} */ more = {}) => {
    const abort = new AbortController();
    t.after(() => abort.abort());
    const headers = { accept: "text/event-stream", origin, ...more };
    const answer = await fetch(`${stack.worker.url}/v1/events${query}`, { headers, signal: abort.signal });
    assert.equal(answer.headers.get("content-type"), "text/event-stream");
    assert.equal(answer.headers.get("access-control-allow-origin"), origin);
    const reader = /** @type {ReadableStream<Uint8Array>} */ (answer.body).getReader();
    const read = async () => new TextDecoder().decode((await reader.read()).value);
    return { read, close: () => abort.abort() };
  };
  const first = await open("?after=0&limit=1000");
  const ids = [...(await first.read()).matchAll(/^id: (.+)$/gm)].map(([, id]) => id ?? "");
  first.close();
  assert.ok(ids.length > 60, `${ids.length} events`);
  const rest = await open("?after=0", { "last-event-id": ids[9] ?? "" });
  assert.ok((await rest.read()).startsWith(`id: ${ids[10]}\n`));
  rest.close();

  const live = await open("");
  // Where it begins, so that whoever is cut off before the first event misses none.
  assert.equal(await live.read(), `id: ${ids.at(-1)}\n\n`);
  const { results } = JSON.parse((await getter(stack.worker.url)("/v1/pages?limit=1")).text);
  const change = JSON.stringify({ type: "append_paragraph", parent: results[0].id, text: "News" });
  await fetch(`${stack.sim?.address}/_sim/changes`, { method: "POST", body: change });
  await stack.worker.scheduled();
  let told = "";
  while (!told.includes("event: page.updated")) told += await live.read();
  assert.ok(told.includes(results[0].id));
  live.close();
});

test("the export reads what it has written, also where replicas are read from", async (t) => {
  const source = await stackFor(t);
  const proxy = await proxyTo(t, source.vars.UPSTASH_REDIS_REST_URL ?? "");
  // What Upstash gives: by it a replica knows what it must have.
  const given = ["nothing yet"];
  proxy.fault = (answer, { headers, ...real }) => {
    const token = `token-${given.length}`;
    given.push(token);
    return pass(answer, { ...real, headers: { ...headers, "upstash-sync-token": token } });
  };
  const vars = { ...source.vars, UPSTASH_REDIS_REST_URL: proxy.url };
  const running = await startWorkerd({ folder: folder(t), vars });
  t.after(() => running.stop());
  await workerAt(running.found).scheduled();
  const shown = proxy.asked.map((headers) => headers["upstash-sync-token"] ?? "nothing yet");
  assert.ok(shown.length > 10, `${shown.length} requests`);
  assert.deepEqual(shown, given.slice(0, -1));
});

test("whatever happens to Redis, what was read is served, marked, and the rest is refused within the limit", async (t) => {
  const READ_TIMEOUT = 1_000;
  const source = await stackFor(t);
  await exportAll(source.worker, nothing);
  const { results } = JSON.parse((await getter(source.worker.url)("/v1/pages?limit=100")).text);
  const proxy = await proxyTo(t, source.vars.UPSTASH_REDIS_REST_URL ?? "");
  const stack = await stackFor(t, {
    vars: {
      UPSTASH_REDIS_REST_URL: proxy.url,
      UPSTASH_REDIS_REST_TOKEN: source.vars.UPSTASH_REDIS_REST_TOKEN ?? "",
      NOTION_BASE_URL: source.vars.NOTION_BASE_URL ?? "",
      READ_TIMEOUT: `${READ_TIMEOUT}ms`,
    },
  });
  const get = getter(stack.worker.url);
  const [known, ...others] = results;
  const addresses = [`/v1/pages/${known.id}`, `/v1/pages${known.path}.md`, "/v1/pages?limit=3"];
  /** @type {Map<string, string>} */
  const good = new Map();
  for (const address of addresses) good.set(address, (await get(address)).text);

  /** @type {Record<string, Fault>} */
  const faults = {
    hangs: () => {},
    "is late": async (answer, real) => {
      await sleep(3 * READ_TIMEOUT);
      pass(answer, real);
    },
    "closes the connection": (answer) => void answer.destroy(),
    "cuts the answer": (answer, { status, headers, body }) => {
      answer.writeHead(status, headers);
      answer.write(body.subarray(0, body.length / 2));
      setTimeout(() => answer.destroy(), 20);
    },
    "says less than it has": (answer, { status, headers, body }) => {
      const half = body.subarray(0, body.length / 2);
      answer.writeHead(status, { ...headers, "content-length": half.length }).end(half);
    },
    "answers for a proxy": (answer) =>
      void answer.writeHead(502, { "content-type": "text/html" }).end("<html>Bad gateway</html>"),
    "answers nonsense": (answer) =>
      void answer.writeHead(200, { "content-type": "text/html" }).end("<html>Hello</html>"),
    "answers nothing": (answer) => void answer.writeHead(200, { "content-type": "application/json" }).end(),
    "answers another question": (answer) =>
      void answer.writeHead(200, { "content-type": "application/json" }).end('{"result":["a","b"]}'),
    "corrupts what stands before the text": (answer, { status, headers, body }) => {
      const broken = Buffer.from(body);
      for (let at = 0; at < Math.min(40, broken.length); at += 3) broken[at] = 0xff;
      answer.writeHead(status, headers).end(broken);
    },
    "refuses the token": (answer) =>
      void answer.writeHead(401, { "content-type": "application/json" }).end('{"error":"WRONGPASS"}'),
  };
  let longest = 0;
  // Past what memory serves without asking, and then past the moment for which Redis is left alone: each of these would ask.
  await sleep(5_100);
  for (const [name, fault] of Object.entries(faults)) {
    await sleep(1_100);
    proxy.fault = fault;
    for (const address of addresses) {
      const answer = await get(address);
      longest = Math.max(longest, answer.ms);
      assert.equal(answer.status, 200, `${address} while Redis ${name}`);
      assert.equal(answer.text, good.get(address), `${address} while Redis ${name}`);
      assert.match(answer.header("cache-status"), /ttl=-\d/);
    }
    const other = others.pop();
    for (const address of [`/v1/pages/${other.id}`, `/v1/pages${other.path}`, "/v1/status"]) {
      const answer = await get(address);
      longest = Math.max(longest, answer.ms);
      assert.equal(answer.status, 503, `${address} while Redis ${name}: ${answer.text}`);
      assert.ok(Number(answer.header("retry-after")) > 0);
      assert.equal(JSON.parse(answer.text).title, "Store unavailable");
    }
  }
  proxy.fault = pass;
  await sleep(1_100);
  for (const address of addresses) {
    const answer = await get(address);
    assert.equal(answer.text, good.get(address));
    assert.equal(answer.header("cache-status"), "notion-edge; fwd=miss", address);
  }
  t.diagnostic(`the longest answer took ${Math.round(longest)} ms, with a limit of ${READ_TIMEOUT} ms`);
  assert.ok(longest < READ_TIMEOUT + 2_000, `${longest} ms`);
});

test("what is spoilt under one key takes nothing else away", async (t) => {
  const stack = await stackFor(t);
  await exportAll(stack.worker, nothing);
  const get = getter(stack.worker.url);
  const store = storeOf(t, stack);
  const { results } = JSON.parse((await get("/v1/pages?limit=100")).text);
  const [spoilt, long, binary, ...others] = results;
  await store.multi().del(`notion:meta:${spoilt.id}`).set(`notion:meta:${spoilt.id}`, "x").exec();
  await store.multi().rename("notion:slugs", "kept").set("notion:slugs", "x").exec();
  for (const address of [`/v1/pages/${spoilt.id}`, `/v1/pages${spoilt.path}`]) {
    for (let round = 0; round < 5; round += 1) assert.equal((await get(address)).status, 503, address);
    for (const other of [`/v1/pages/${others.pop().id}`, `/v1/tree?root=${others.pop().id}`])
      assert.equal((await get(other)).status, 200, `${other} after ${address}`);
  }
  // What the answer does not need keeps nobody from it.
  await store.hset(`notion:meta:${long.id}`, "path", `/${"x".repeat(100_000)}`);
  await store.hset(`notion:meta:${binary.id}`, "path", Buffer.from([0x2f, 0xff, 0xfe]));
  for (const { id, title } of [long, binary]) {
    const page = await get(`/v1/pages/${id}`);
    assert.deepEqual([page.status, JSON.parse(page.text).title], [200, title]);
  }
});

/** @type {Fault} */
function pass(answer, { status, headers, body }) {
  answer.writeHead(status, headers).end(body);
}

/** What stands before a server and does with its answers as `fault` says. @param {TestContext} t @param {string} target */
async function proxyTo(t, target) {
  const proxy = { url: "", fault: /** @type {Fault} */ (pass), asked: /** @type {http.IncomingHttpHeaders[]} */ ([]) };
  const server = http.createServer(async (request, answer) => {
    const body = await buffered(request);
    const { method, headers } = request;
    proxy.asked.push(headers);
    const sent = http.request(new URL(request.url ?? "/", target), { method, headers });
    sent.on("error", () => answer.destroy());
    sent.on("response", async (response) => {
      const { statusCode: status = 0, headers } = response;
      await proxy.fault(answer, { status, headers, body: await buffered(response) });
    });
    sent.end(body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  proxy.url = `http://127.0.0.1:${address.port}`;
  return proxy;
}

/** @param {http.IncomingMessage} message */
async function buffered(message) {
  const chunks = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** @param {string} base */
function getter(base) {
  return async (/** @type {string} */ address, /** @type {RequestInit} */ init = {}) => {
    const start = performance.now();
    const answer = await fetch(base + address, { redirect: "manual", ...init });
    const text = await answer.text();
    const header = (/** @type {string} */ name) => answer.headers.get(name) ?? "";
    return { status: answer.status, text, header, ms: performance.now() - start };
  };
}
