/** Copies of files in R2, as Miniflare has it: what the export copies is what Notion's storage gives, and is served like that. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { configureBuilt, startConfigured, startWorkerd } from "../bench/workerd.mjs";
import { exportAll } from "../local/cron.mjs";
import { workerAt } from "../local/worker.mjs";
import { folder, stackFor, storeOf } from "./harness.mjs";
import { truth } from "./oracle.mjs";

const nothing = () => {};

/** @typedef {{ key: string, name: string, owner: string, kind: string, content_type: string | null, size: number | null, width: number | null, height: number | null }} File */

/** All files of all pages, with the page. @param {Awaited<ReturnType<typeof stackFor>>} stack */
async function filesOf(stack) {
  const all = [];
  for (const { id } of await truth(stack)) {
    const answer = await fetch(`${stack.worker.url}/v1/pages/${id}`);
    const page = /** @type {{ files: File[], complete: boolean, errors: unknown[] }} */ (await answer.json());
    assert.deepEqual(page.errors, [], id);
    all.push(...page.files.map((file) => ({ page: id, file })));
  }
  return all;
}

test("every file of the demo is copied, described and served", async (t) => {
  const stack = await stackFor(t);
  await exportAll(stack.worker, nothing);
  const files = await filesOf(stack);
  assert.ok(files.length >= 8, `the demo has ${files.length} files`);
  for (const { file } of files) {
    const answer = await fetch(`${stack.worker.url}/v1/files/${file.key}`);
    const bytes = Buffer.from(await answer.arrayBuffer());
    assert.equal(answer.status, 200, file.key);
    assert.equal(bytes.length, file.size, file.key);
    assert.equal(answer.headers.get("content-type"), file.content_type);
    assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
    assert.match(answer.headers.get("cache-control") ?? "", /^public, max-age=\d+$/);
    const isPng = file.name.endsWith(".png");
    assert.equal(bytes.subarray(1, 4).toString() === "PNG", isPng, file.name);
    const size = isPng ? [bytes.readUInt32BE(16), bytes.readUInt32BE(20)] : [null, null];
    assert.deepEqual([file.width, file.height], size, file.name);
  }
});

test("a file is served in parts, by its tag, and to HEAD", async (t) => {
  const stack = await stackFor(t);
  await exportAll(stack.worker, nothing);
  const files = await filesOf(stack);
  const file = files.find(({ file }) => file.name.endsWith(".pdf"))?.file;
  assert.ok(file?.size);
  const get = (/** @type {RequestInit} */ init) => fetch(`${stack.worker.url}/v1/files/${file.key}`, init);
  const whole = await get({});
  const text = await whole.text();
  const tag = whole.headers.get("etag") ?? "";
  assert.match(tag, /^"[0-9a-f]+"$/);

  for (const [range, expected, told] of /** @type {const} */ ([
    ["bytes=1-3", "PDF", `bytes 1-3/${file.size}`],
    ["bytes=-4", text.slice(-4), `bytes ${file.size - 4}-${file.size - 1}/${file.size}`],
    [`bytes=${file.size - 2}-`, text.slice(-2), `bytes ${file.size - 2}-${file.size - 1}/${file.size}`],
  ])) {
    const part = await get({ headers: { range } });
    assert.deepEqual([part.status, part.headers.get("content-range"), await part.text()], [206, told, expected], range);
  }
  const behind = await get({ headers: { range: `bytes=${file.size + 5}-` } });
  assert.deepEqual([behind.status, behind.headers.get("content-range")], [416, `bytes */${file.size}`]);
  const other = await get({ headers: { range: "bytes=1-3", "if-range": '"other"' } });
  assert.deepEqual([other.status, await other.text()], [200, text]);
  const still = await get({ headers: { range: "bytes=1-3", "if-range": tag } });
  assert.deepEqual([still.status, await still.text()], [206, "PDF"]);

  const same = await get({ headers: { "if-none-match": tag } });
  assert.deepEqual([same.status, await same.text(), same.headers.get("etag")], [304, "", tag]);
  assert.equal((await get({ headers: { "if-none-match": '"other"' } })).status, 200);
  // Conditions come first.
  const far = `bytes=${file.size + 5}-`;
  assert.equal((await get({ headers: { "if-none-match": tag, range: far } })).status, 304);
  assert.equal((await get({ headers: { "if-match": '"other"', range: far } })).status, 412);
  assert.equal((await get({ headers: { "if-match": tag, range: far } })).status, 416);

  for (const range of ["", "bytes=1-3"]) {
    const head = await get({ method: "HEAD", headers: { range } });
    assert.deepEqual(
      [head.status, head.headers.get("content-length"), await head.text()],
      [200, String(file.size), ""],
    );
  }
  const known = await get({ method: "HEAD", headers: { "if-none-match": tag } });
  assert.deepEqual([known.status, known.headers.get("etag")], [304, tag]);

  for (const wrong of ["nothing-there.png", "..%2Fa-b", "A-b"]) {
    const answer = await fetch(`${stack.worker.url}/v1/files/${wrong}`);
    assert.equal(answer.status, 404, wrong);
    assert.equal(answer.headers.get("content-type"), "application/problem+json");
  }
  assert.equal((await get({ method: "POST" })).status, 405);
});

test("where files are not copied, readers are sent to Notion's address while that lasts, and are told after it", async (t) => {
  const stack = await stackFor(t);
  const store = storeOf(t, stack);
  const vars = { ...stack.vars, ACCESS: "rule", PUBLISH_RULE: "Status=Published", PREVIEW_TOKENS: "preview" };
  const running = await startWorkerd({ folder: folder(t), vars });
  t.after(() => running.stop());
  await exportAll(workerAt(running.found, "preview"), nothing);
  const get = (/** @type {string} */ key, /** @type {Record<string, string>} */ headers = {}) =>
    fetch(`${running.found}/v1/files/${key}`, { headers, redirect: "manual" });

  const keys = await store.keys("notion:signed:*");
  assert.ok(keys.length >= 8, `${keys.length} addresses`);
  let seen = 0;
  for (const place of keys) {
    const [page, address] = (await store.get(place))?.split("|") ?? [];
    const ends = (await store.pttl(place)) / 60_000;
    assert.ok(ends > 50 && ends <= 60, `${ends} minutes`);
    const key = place.slice("notion:signed:".length);
    const known = await get(key, { authorization: "Bearer preview" });
    assert.deepEqual([known.status, known.headers.get("location")], [302, address], key);
    assert.equal(known.headers.get("cache-control"), "private, no-store");
    assert.equal((await fetch(address ?? "")).status, 200);
    const isPublic = (await fetch(`${running.found}/v1/pages/${page}`)).status === 200;
    assert.equal((await get(key)).status, isPublic ? 302 : 404, key);
    seen |= isPublic ? 1 : 2;
  }
  assert.equal(seen, 3, "some files are public, some are not");

  await store.del(...keys);
  for (const place of keys) {
    const key = place.slice("notion:signed:".length);
    const problem = await get(key);
    assert.deepEqual([problem.status, problem.headers.get("content-type")], [404, "application/problem+json"]);
    assert.match(await problem.text(), /bind an R2 bucket as FILES/);
    const picture = await get(key, { accept: "image/avif,image/webp,*/*;q=0.8" });
    assert.deepEqual([picture.status, picture.headers.get("content-type")], [404, "image/svg+xml"]);
    assert.equal(picture.headers.get("cache-control"), "private, no-store");
  }
});

test("while R2 does not answer, a reader gets a 503 in the time of a read", async (t) => {
  const stack = await stackFor(t);
  const main = `import worker from "./entry.js";
    class R2Bucket {
      head() { return new Promise(() => {}); }
      get() { return new Promise(() => {}); }
    }
    const FILES = new R2Bucket();
    export default { fetch: (request, env, context) => worker.fetch(request, { ...env, FILES }, context) };`;
  const vars = { ...stack.vars, READ_TIMEOUT: "1s", READ_TOKENS: "reader" };
  const running = await startConfigured(configureBuilt({ folder: folder(t), name: "silent", main, vars }));
  t.after(() => running.stop());
  for (const range of ["", "bytes=0-1"]) {
    const headers = { authorization: "Bearer reader", ...(range && { range }) };
    const answer = await fetch(`${running.found}/v1/files/0-a.png`, { headers, signal: AbortSignal.timeout(10_000) });
    assert.deepEqual([answer.status, answer.headers.get("retry-after") !== null], [503, true], range);
  }
});

test("a site that may read by script may read files", async (t) => {
  const site = "https://site.example";
  const stack = await stackFor(t, { vars: { CORS_ORIGINS: site } });
  await exportAll(stack.worker, nothing);
  const [first] = await filesOf(stack);
  const address = `${stack.worker.url}/v1/files/${first?.file.key}`;
  for (const [origin, range, status] of /** @type {const} */ ([
    [site, "bytes=0-", 206],
    [site, "bytes=1-1", 206],
    [site, "bytes=999999999-", 416],
    ["https://other.example", "bytes=1-1", 206],
  ])) {
    const answer = await fetch(address, { headers: { origin, range } });
    await answer.arrayBuffer();
    const allowed = answer.headers.get("access-control-allow-origin");
    assert.deepEqual([answer.status, allowed], [status, origin === site ? site : null], `${origin} ${range}`);
    assert.equal(answer.headers.get("vary"), "origin");
  }
});

test("where reading needs a token, so do files", async (t) => {
  const stack = await stackFor(t, { vars: { ACCESS: "private", READ_TOKENS: "secret-of-readers" } });
  const address = `${stack.worker.url}/v1/files/0123456789abcdef0123-a.png`;
  assert.equal((await fetch(address)).status, 401);
  const answer = await fetch(address, { headers: { authorization: "Bearer secret-of-readers" } });
  assert.deepEqual([answer.status, answer.headers.get("cache-control")], [404, "private, no-store"]);
});
