/** The exporter for Node, over the same sim, gateway and Redis as the Worker, which serves what it wrote. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { buildSdk } from "../local/build.mjs";
import { root, stackFor } from "./harness.mjs";
import { assertServed, truth } from "./oracle.mjs";

/** @typedef {{ id: string, path: string }} Document */

async function load() {
  await buildSdk();
  return import(join(root, "sdk-ts/dist/exporter/index.js"));
}

test("Node exports everything, then a page anew, and gives every document", async (t) => {
  const { createExporter } = await load();
  const stack = await stackFor(t);
  const exporter = createExporter({ variables: stack.vars });
  /** @type {number[]} */
  const seen = [];
  const onProgress = (/** @type {{ counts: { pages: number } }} */ { counts }) => seen.push(counts.pages);
  const whole = await exporter.exportAll({ onProgress });
  const pages = await truth(stack);
  assert.equal(whole.state, "complete");
  assert.equal(whole.counts.pages, pages.length);
  assert.deepEqual(whole.errors, []);
  assert.ok(whole.duration > 0);
  assert.equal(seen.at(-1), pages.length);
  await assertServed(stack, pages);

  const leaf = pages.at(-1);
  assert.ok(leaf);
  const one = await exporter.exportPage(leaf.id);
  assert.equal(one.state, "complete");
  assert.ok(one.counts.pages >= 1 && one.counts.pages < pages.length);

  /** @type {string[]} */
  const ids = [];
  for await (const id of exporter.stream({ transform: (/** @type {Document} */ { id }) => id })) ids.push(id);
  assert.deepEqual(ids.sort(), pages.map(({ id }) => id).sort());
});

test("Node copies files into a folder, as a site serves them", async (t) => {
  const { createExporter, directory } = await load();
  const stack = await stackFor(t);
  const folder = mkdtempSync(join(tmpdir(), "notion-edge-files-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const exporter = createExporter({ variables: stack.vars, files: directory(folder) });
  const { errors } = await exporter.exportAll();
  assert.deepEqual(errors, []);
  /** @type {Map<string, { size: number, width: number | null }>} */
  const files = new Map();
  const pages = await truth(stack);
  for (const { id } of pages) {
    const answer = await fetch(`${stack.worker.url}/v1/pages/${id}`);
    const page = /** @type {{ files: { key: string, size: number, width: number | null }[] }} */ (await answer.json());
    for (const file of page.files) files.set(file.key, file);
  }
  assert.ok(files.size >= 8);
  assert.deepEqual(readdirSync(folder).sort(), [...files.keys()].sort());
  for (const [key, { size, width }] of files) {
    assert.equal(statSync(join(folder, key)).size, size, key);
    assert.equal(width === null, !key.endsWith(".png"), key);
  }
});

test("what does not exist is told, and a signal ends an export", async (t) => {
  const { createExporter } = await load();
  const stack = await stackFor(t, { sim: { pages: 200 } });
  const exporter = createExporter({ variables: stack.vars });
  const ending = new AbortController();
  const reason = new Error("enough");
  const onProgress = () => ending.abort(reason);
  await assert.rejects(exporter.exportAll({ onProgress, signal: ending.signal }), reason);
  const { state } = await exporter.exportPage("00000000-0000-4000-8000-000000000000");
  assert.equal(state, "failed");
  await assert.rejects(exporter.exportPage("x"), { name: "ExportRefusedError", status: 400 });
});

test("leaving a stream ends the run, so that another export can begin at once", async (t) => {
  const { createExporter } = await load();
  const stack = await stackFor(t, { sim: { pages: 200 } });
  const exporter = createExporter({ variables: stack.vars });
  for await (const { id } of exporter.stream()) {
    assert.ok(id);
    break;
  }
  const begun = performance.now();
  const [page] = await truth(stack);
  assert.ok(page);
  const { state } = await exporter.exportPage(page.id);
  assert.equal(state, "complete");
  assert.ok(performance.now() - begun < 30_000, "the lease of a run that is merely left lasts a minute");
});

test("REDIS_URL is a Redis over TCP, and the Worker serves what was written there", async (t) => {
  const { createExporter } = await load();
  const stack = await stackFor(t);
  const { NOTION_TOKEN, NOTION_BASE_URL, RATE_LIMIT, ACCESS, ROOTS } = stack.vars;
  const address = stack.redis?.address ?? "";
  const REDIS_URL = address.startsWith("/") ? `unix://${address}` : `redis://${address.replace(/^redis:\/\//, "")}`;
  const exporter = createExporter({
    variables: { NOTION_TOKEN, NOTION_BASE_URL, RATE_LIMIT, ACCESS, ROOTS, REDIS_URL },
  });
  const { state, counts } = await exporter.exportAll();
  const pages = await truth(stack);
  assert.deepEqual([state, counts.pages], ["complete", pages.length]);
  await assertServed(stack, pages);

  const away = createExporter({ variables: { NOTION_TOKEN, REDIS_URL: "redis://user:secret@127.0.0.1:1" } });
  await assert.rejects(away.exportAll(), (/** @type {Error} */ { name, message }) => {
    assert.equal(name, "ExportStoppedError");
    assert.match(message, /ECONNREFUSED/);
    return !message.includes("secret");
  });
  const wrong = createExporter({ variables: { NOTION_TOKEN, REDIS_URL: "somewhere" } });
  await assert.rejects(wrong.exportAll(), { name: "ConfigurationError", message: /REDIS_URL is not an address/ });
  await assert.rejects(createExporter({ variables: { NOTION_TOKEN } }).exportAll(), {
    name: "ConfigurationError",
    message: /UPSTASH_REDIS_REST_URL is missing.*REDIS_URL/,
  });
});

test("a Redis that is not there stops the export, and names no token", async () => {
  const { createExporter } = await load();
  const variables = {
    NOTION_TOKEN: "ntn_x",
    UPSTASH_REDIS_REST_URL: "http://127.0.0.1:1",
    UPSTASH_REDIS_REST_TOKEN: "secret",
  };
  await assert.rejects(createExporter({ variables }).exportAll(), (/** @type {Error} */ error) => {
    assert.equal(error.name, "ExportStoppedError");
    assert.doesNotMatch(error.message, /secret/);
    return true;
  });
});

test("an export outlives a Redis that gives no answer now and then, also to what is asked beside it", async (t) => {
  const { createExporter } = await load();
  const stack = await stackFor(t);
  const redis = String(stack.vars.UPSTASH_REDIS_REST_URL);
  let asked = 0;
  /** @type {typeof globalThis.fetch} */
  const fetch = async (address, init) => {
    if (!String(address).startsWith(redis)) return globalThis.fetch(address, init);
    asked += 1;
    if (asked % 20 === 1) throw new TypeError("fetch failed");
    return asked % 20 === 11 ? new Response("", { status: 502 }) : globalThis.fetch(address, init);
  };
  const exporter = createExporter({ variables: stack.vars, fetch });
  let pages = 0;
  for await (const { id } of exporter.stream()) pages += Number(id !== "");
  assert.equal(pages, (await truth(stack)).length);
  assert.ok(asked > pages);
});

test("a Redis over TCP that takes commands and answers none is not waited for without end", async (t) => {
  const { createExporter } = await load();
  /** @type {import("node:net").Socket[]} */
  const sockets = [];
  const silent = createServer((socket) => sockets.push(socket));
  await new Promise((listening) => silent.listen(0, "127.0.0.1", () => listening(undefined)));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    silent.close();
  });
  const { port } = /** @type {import("node:net").AddressInfo} */ (silent.address());
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const variables = { NOTION_TOKEN: "ntn_x", REDIS_URL: `redis://127.0.0.1:${port}` };
  const ended = createExporter({ variables })
    .exportAll()
    .then(
      () => undefined,
      (/** @type {Error} */ error) => error,
    );
  let isOver = false;
  void ended.then(() => (isOver = true));
  for (const begun = performance.now(); !isOver; t.mock.timers.tick(1_000)) {
    assert.ok(performance.now() - begun < 60_000, "it is waited for");
    await new Promise((next) => setImmediate(next));
  }
  assert.equal((await ended)?.name, "ExportStoppedError");
});

test("each request to Redis says how far the ones before it have seen, as read replicas of Upstash need it", async (t) => {
  const { createExporter } = await load();
  const stack = await stackFor(t);
  const redis = String(stack.vars.UPSTASH_REDIS_REST_URL);
  /** @type {[sent: string | null, running: number][]} */
  const sent = [];
  let given = 0;
  /** @type {typeof globalThis.fetch} */
  const fetch = async (address, init) => {
    if (!String(address).startsWith(redis)) return globalThis.fetch(address, init);
    sent.push([new Headers(init?.headers).get("upstash-sync-token"), given]);
    const answer = await globalThis.fetch(address, init);
    const headers = new Headers(answer.headers);
    headers.delete("content-encoding");
    headers.set("upstash-sync-token", String((given += 1)));
    return new Response(await answer.arrayBuffer(), { status: answer.status, headers });
  };
  await createExporter({ variables: stack.vars, fetch }).exportChanges();
  assert.ok(sent.length > 5);
  for (const [token, last] of sent) assert.equal(token, last === 0 ? null : String(last));
});
