/** What the Worker in workerd answers on the routes beside pages and lists: one shape for all, tags, methods and problems. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { exportAll } from "../local/cron.mjs";
import { stackFor } from "./harness.mjs";

const nothing = () => {};

test("every route has a tag or is kept by nobody, answers HEAD, and says what is wrong with a request", async (t) => {
  const stack = await stackFor(t, {
    vars: { ADMIN_TOKENS: "admin", OBJECT_TYPES: "page+database+block+user+comment" },
  });
  await exportAll(stack.worker, nothing);
  const get = async (/** @type {string} */ address, /** @type {RequestInit} */ init = {}) => {
    const answer = await fetch(stack.worker.url + address, init);
    const header = (/** @type {string} */ name) => answer.headers.get(name) ?? "";
    return { status: answer.status, text: await answer.text(), header };
  };
  const { results } = JSON.parse((await get("/v1/pages?limit=100")).text);
  const row = results.find(
    (/** @type {{ database_id: string | null, excerpt: string }} */ it) => it.database_id !== null && it.excerpt !== "",
  );
  const document = JSON.parse((await get(`/v1/pages/${row.id}`)).text);
  const ids = results.slice(0, 3).map((/** @type {{ id: string }} */ it) => it.id);

  const remembered = [
    `/v1/pages:batch?ids=${ids.join(",")}&fields=id,title`,
    "/v1/tree?depth=2",
    "/v1/search?q=tide",
    `/v1/databases/${row.database_id}`,
    `/v1/data-sources/${row.data_source_id.replaceAll("-", "")}`,
    `/v1/blocks/${document.blocks[0].id}`,
    `/v1/users/${document.created_by.id}`,
    `/v1/comments?page=${row.id}`,
  ];
  for (const address of remembered) {
    const answer = await get(address);
    assert.equal(answer.status, 200, `${address}: ${answer.text}`);
    assert.match(answer.header("cache-control"), /^public, max-age=/, address);
    assert.equal(typeof JSON.parse(answer.text), "object");
    const again = await get(address, { headers: { "if-none-match": answer.header("etag") } });
    assert.deepEqual([again.status, again.text], [304, ""], address);
    const head = await get(address, { method: "HEAD" });
    assert.deepEqual([head.status, head.text, head.header("etag")], [200, "", answer.header("etag")], address);
    const post = await get(address, { method: "POST" });
    assert.deepEqual([post.status, post.header("allow")], [405, "GET, HEAD"], address);
    const odd = await get(`${address}${address.includes("?") ? "&" : "?"}odd=1`);
    assert.deepEqual([odd.status, odd.header("content-type")], [400, "application/problem+json"], address);
    assert.match(JSON.parse(odd.text).detail, /unknown parameter "odd"/);
  }
  const batch = JSON.parse((await get(remembered[0] ?? "")).text);
  assert.deepEqual(
    batch.results.map((/** @type {{ id: string }} */ it) => it.id),
    ids,
  );
  assert.equal((await get(`/v1/pages:batch?ids=${Array(51).fill(ids[0]).join(",")}`)).status, 400);
  assert.equal((await get(`/v1/pages%3Abatch?ids=${ids[0]}`)).status, 200);

  const events = await get("/v1/events?after=0&limit=1000");
  assert.equal(events.header("cache-control"), "private, no-store");
  const last = JSON.parse(events.text);
  assert.ok(last.results.some((/** @type {{ type: string }} */ it) => it.type === "export.completed"));
  assert.deepEqual(JSON.parse((await get(`/v1/events?after=${last.next}`)).text), {
    results: [],
    next: last.next,
    missed: false,
  });

  const admin = { headers: { authorization: "Bearer admin" } };
  assert.equal((await get(`/v1/why/${row.id}`)).status, 401);
  for (const asked of [row.id, row.id.replaceAll("-", ""), row.path.slice(1), encodeURIComponent(row.path.slice(1))]) {
    const answer = await get(`/v1/why/${asked}`, admin);
    assert.deepEqual([answer.status, answer.header("cache-control")], [200, "private, no-store"], answer.text);
    const { id, path, reason, there } = JSON.parse(answer.text);
    assert.deepEqual({ id, path, reason, there }, { id: row.id, path: row.path, reason: "served", there: true });
  }
  const odd = await get(`/v1/why/${row.id}?fields=id`, admin);
  assert.deepEqual([odd.status, odd.header("content-type")], [400, "application/problem+json"]);
  assert.equal((await get(`/v1/why/${row.id}`, { ...admin, method: "POST" })).status, 405);
  const told = JSON.parse((await get("/v1/status", admin)).text).worker;
  assert.deepEqual([told.access, told.copies_everything, told.publish_rule], ["public", true, null]);
  assert.equal(JSON.parse((await get("/v1/status")).text).worker, null);

  assert.equal((await get("/metrics")).status, 401);
  const metrics = await get("/metrics", { headers: { authorization: "Bearer admin" } });
  assert.equal(metrics.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  assert.match(metrics.text, new RegExp(`^notion_edge_pages ${results.length}$`, "m"));
  assert.match(JSON.parse((await get("/v1/nothing")).text).detail, /\/v1\/pages:batch.*\/metrics/);
});
