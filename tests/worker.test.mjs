/** The Worker in workerd, over a real Redis and the simulated Notion, compared with what the sim knows to be true. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Ajv2020 as Ajv } from "ajv/dist/2020.js";
import { exportAll } from "../local/cron.mjs";
import { endLease, stackFor, storeOf, until } from "./harness.mjs";
import { assertServed, listings, truth } from "./oracle.mjs";

const nothing = () => {};

test("a complete export serves every page of the workspace, with every block", async (t) => {
  const stack = await stackFor(t);
  const status = await exportAll(stack.worker, nothing);
  const pages = await truth(stack);
  assert.equal(status.counts.pages, pages.length);
  assert.equal(status.counts.errors, 0);
  const memory = status.export?.peak_memory ?? 0;
  assert.ok(memory > 2 ** 20 && memory < 2 ** 25, `the core had ${memory} bytes`);
  await assertServed(stack, pages);
});

test("each page fits the JSON Schema of the SDK, and its HTML and Markdown are served beside it", async (t) => {
  const stack = await stackFor(t);
  await exportAll(stack.worker, nothing);
  const schema = JSON.parse(readFileSync(new URL(import.meta.resolve("notion-edge/page.schema.json")), "utf8"));
  const fits = new Ajv({ strictSchema: false, validateFormats: false }).compile(schema);
  const get = async (/** @type {string} */ path) => {
    const answer = await fetch(`${stack.worker.url}/v1/pages/${path}`);
    return { type: answer.headers.get("content-type"), status: answer.status, text: await answer.text() };
  };
  for (const { id, title } of await truth(stack)) {
    const { text } = await get(id);
    assert.ok(fits(JSON.parse(text)), `${title}: ${JSON.stringify(fits.errors?.slice(0, 3))}`);
    const html = await get(`${id}.html`);
    assert.deepEqual([html.status, html.type], [200, "text/html; charset=utf-8"]);
    const markdown = await get(`${id}.md`);
    assert.deepEqual([markdown.status, markdown.type], [200, "text/markdown; charset=utf-8"]);
    const { blocks } = JSON.parse(text);
    assert.equal(html.text === "", blocks.length === 0, title);
  }
  assert.equal(fits({ object: "page" }), false);
  assert.equal((await get("00000000-0000-4000-8000-000000000000.html")).status, 404);
});

test("an id is accepted without its hyphens, and an unknown one is not found", async (t) => {
  const stack = await stackFor(t);
  await exportAll(stack.worker, nothing);
  const [page] = await truth(stack);
  assert.ok(page);
  const bare = await fetch(`${stack.worker.url}/v1/pages/${page.id.replaceAll("-", "")}`);
  assert.equal(/** @type {{ id: string }} */ (await bare.json()).id, page.id);
  const unknown = await fetch(`${stack.worker.url}/v1/pages/00000000-0000-4000-8000-000000000000`);
  assert.equal(unknown.status, 404);
});

test("SIGKILL of workerd in the middle of an export loses nothing and repeats at most one page", async (t) => {
  const sim = { pages: 150 };
  const undisturbed = await stackFor(t, { sim });
  await exportAll(undisturbed.worker, nothing);

  const stack = await stackFor(t, { sim });
  const run = stack.worker.scheduled().then(
    () => assert.fail("the run ended before it could be killed"),
    () => {},
  );
  const { pages: before } = await until(async () => {
    const { counts } = await stack.worker.status();
    return counts.pages >= 50 ? counts : undefined;
  }, "a part of the export");
  const restart = await stack.crash("worker");
  await endLease(storeOf(t, stack));
  await restart();
  await run;
  assert.ok(before < 150);

  const status = await exportAll(stack.worker, nothing);
  const pages = await truth(stack);
  assert.equal(status.pages, pages.length);
  await assertServed(stack, pages);
  const most = Math.max(...pages.map(({ blocks }) => blocks.length)) + 1;
  const repeated = (await listings(stack)) - (await listings(undisturbed));
  assert.ok(repeated <= most, `${repeated} listings of children were repeated, a page has at most ${most}`);
});

test("an order is carried out at once, without waiting for the cron trigger, and only for an admin", async (t) => {
  const stack = await stackFor(t, { vars: { ADMIN_TOKENS: "admin" } });
  await exportAll(stack.worker, nothing);
  const [page] = await truth(stack);
  assert.ok(page);
  const exports = `${stack.worker.url}/v1/exports`;
  /** @param {string} url @param {RequestInit} [init] */
  const ask = async (url, init) => {
    const headers = { authorization: "Bearer admin", ...init?.headers };
    const answer = await fetch(url, { ...init, headers });
    const body = /** @type {any} */ (await answer.json());
    return { status: answer.status, location: answer.headers.get("location"), body };
  };
  const body = JSON.stringify({ job: "page", id: page.id });
  assert.equal((await ask(exports, { method: "POST", body, headers: { authorization: "Bearer x" } })).status, 401);
  const { status, location, body: report } = await ask(exports, { method: "POST", body });
  assert.equal(status, 202);
  assert.equal(location, `/v1/exports/${report.number}`);
  const done = await until(async () => {
    const { body } = await ask(stack.worker.url + location);
    return body.state === "complete" ? body : undefined;
  }, "the end of what was ordered");
  assert.ok(done.counts.pages >= 1);
  assert.equal((await ask(exports)).body.results[0].number, report.number);
  assert.equal((await ask(stack.worker.url + location, { method: "DELETE" })).status, 409);
});
