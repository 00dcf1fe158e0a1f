/** `ACCESS=rule` on every route: who gets what of pages that are published, drafts, scheduled and deleted. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { exportAll } from "../local/cron.mjs";
import { stackFor, until } from "./harness.mjs";

/** @typedef {"none" | "wrong" | "read" | "preview" | "admin"} Who */
/** @typedef {"published" | "draft" | "scheduled" | "deleted"} State */
/** @typedef {{ id: string, path: string, title: string, values: Record<string, any>, data_source_id: string }} Summary */

const WHO = /** @type {Who[]} */ (["none", "wrong", "read", "preview", "admin"]);
const nothing = () => {};

test("every route tells each reader what is documented, and nobody without a preview token of a draft", async (t) => {
  const stack = await stackFor(t, {
    vars: {
      ACCESS: "rule",
      PUBLISH_RULE: "Status=Published && Published<=now",
      READ_TOKENS: "read",
      PREVIEW_TOKENS: "preview",
      ADMIN_TOKENS: "admin",
      OBJECT_TYPES: "page+database+block+user+comment",
      READ_MEMORY: "0",
      SITE_URL: "https://site.example",
    },
  });
  await exportAll(stack.worker, nothing);
  const get = async (/** @type {string} */ address, /** @type {Who} */ who) => {
    /** @type {Record<string, string>} */
    const headers = who === "none" ? {} : { authorization: `Bearer ${who}` };
    const answer = await fetch(stack.worker.url + address, { headers, redirect: "manual" });
    return {
      status: answer.status,
      text: await answer.text(),
      headers: JSON.stringify([...answer.headers]),
      header: (/** @type {string} */ name) => answer.headers.get(name) ?? "",
    };
  };
  const list = async (/** @type {Who} */ who, query = "") => {
    const { status, text } = await get(`/v1/pages?limit=100${query}`, who);
    assert.equal(status, 200, text);
    return /** @type {{ results: Summary[], total: number }} */ (JSON.parse(text));
  };
  const rows = (await list("preview")).results.filter(({ values }) => "Status" in values);
  const live = rows.filter(({ values }) => values.Status === "Published");
  const [draft] = rows.filter(({ values }) => values.Status === "Draft");
  const [published, scheduled, deleted] = live;
  assert.ok(published && draft && scheduled && deleted);
  const change = async (/** @type {object} */ change) => {
    const answer = await fetch(`${stack.sim?.address}/_sim/changes`, { method: "POST", body: JSON.stringify(change) });
    assert.equal(answer.status, 200, await answer.text());
  };
  await change({ type: "set_property", page: scheduled.id, name: "Published", value: { start: "2099-01-01" } });
  await change({ type: "trash", id: deleted.id });
  // What is published shows the others: by a relation, and in its text.
  await change({ type: "set_property", page: published.id, name: "Related", value: [draft.id, scheduled.id] });
  const admin = { headers: { authorization: "Bearer admin" } };
  const order = await fetch(`${stack.worker.url}/v1/exports`, { method: "POST", ...admin });
  assert.equal(order.status, 202);
  const report = stack.worker.url + order.headers.get("location");
  await until(async () => {
    const { state } = /** @type {{ state: string }} */ (await (await fetch(report, admin)).json());
    return state === "complete" ? state : undefined;
  }, "the end of what was ordered");

  const pages = /** @type {Record<State, Summary>} */ ({ published, draft, scheduled, deleted });
  const expected = /** @type {Record<State, Record<Who, number>>} */ ({
    published: { none: 200, wrong: 401, read: 200, preview: 200, admin: 401 },
    draft: { none: 404, wrong: 401, read: 404, preview: 200, admin: 401 },
    // It was public, and nobody is to learn whether it was deleted or taken back.
    scheduled: { none: 410, wrong: 401, read: 410, preview: 200, admin: 401 },
    deleted: { none: 410, wrong: 401, read: 410, preview: 410, admin: 401 },
  });
  /** What each was told, but of the page that it asked for by name. @type {Map<Who, string>} */
  const told = new Map(WHO.map((who) => [who, ""]));
  const tell = (/** @type {Who} */ who, /** @type {string} */ text) => told.set(who, told.get(who) + text);
  for (const state of /** @type {State[]} */ (Object.keys(pages))) {
    const { id, path } = pages[state];
    for (const address of [`/v1/pages/${id}`, `/v1/pages/${id}.html`, `/v1/pages/${id}.md`, `/v1/pages${path}`]) {
      for (const who of WHO) {
        const answer = await get(address, who);
        assert.equal(answer.status, expected[state][who], `${address}, which is ${state}, for ${who}: ${answer.text}`);
        if (answer.status === 200) tell(who, answer.text + answer.headers);
        const isPublic = answer.header("cache-control").startsWith("public");
        assert.equal(isPublic, answer.status === 200 && who !== "preview", `${address} for ${who}`);
        if (isPublic) assert.match(answer.header("vary"), /authorization/);
      }
    }
  }
  const source = published.data_source_id;
  const everyone = { none: 200, wrong: 401, read: 200, preview: 200, admin: 401 };
  const previewers = { none: 401, wrong: 401, read: 401, preview: 200, admin: 401 };
  const admins = { none: 401, wrong: 401, read: 401, preview: 401, admin: 200 };
  const ids = Object.values(pages).map(({ id }) => id);
  const { database_id, blocks, created_by } = JSON.parse((await get(`/v1/pages/${published.id}`, "preview")).text);
  /** @type {[string, Record<Who, number>][]} */
  const routes = [
    ["/v1/pages?limit=100", everyone],
    [`/v1/pages?limit=100&data_source_id=${source}`, everyone],
    [`/v1/pages?limit=100&parent_id=${database_id}`, everyone],
    [
      `/v1/pages?data_source_id=${source}&limit=100&sorts=${encodeURIComponent('[{"property":"Status","direction":"ascending"}]')}`,
      everyone,
    ],
    [`/v1/pages:batch?ids=${ids.join(",")}`, everyone],
    ["/v1/tree?rows=true", everyone],
    [`/v1/tree?root=${published.id}`, everyone],
    // It lies in a page that is not public.
    [`/v1/tree?root=${database_id}`, { ...everyone, none: 404, read: 404 }],
    ["/v1/search?q=a", everyone],
    [`/v1/databases/${database_id}`, previewers],
    [`/v1/data-sources/${source}`, previewers],
    ["/sitemap.xml", everyone],
    [`/feed.xml?data_source_id=${source}&date=Published`, everyone],
    ["/atom.xml?limit=100", everyone],
    ["/feed.json?limit=100", everyone],
    ["/feed.json?limit=100&content=full", everyone],
    ["/v1/events?after=0&limit=1000", everyone],
    // An admin is told how the export is doing, whoever may read.
    ["/v1/status", { ...everyone, admin: 200 }],
    [`/v1/why/${draft.id}`, admins],
    [`/v1/why/${published.path.slice(1)}`, admins],
    [`/v1/blocks/${blocks[0].id}`, previewers],
    [`/v1/users/${created_by.id}`, previewers],
    [`/v1/comments?page=${published.id}`, previewers],
    ["/metrics", admins],
    ["/v1/exports", admins],
    ["/v1/webhook", admins],
    ["/healthz", { none: 200, wrong: 200, read: 200, preview: 200, admin: 200 }],
  ];
  for (const [address, statuses] of routes) {
    for (const who of WHO) {
      const answer = await get(address, who);
      assert.equal(answer.status, statuses[who], `${address} for ${who}: ${answer.text.slice(0, 300)}`);
      // Which pages are missing is what was asked.
      const text = address.includes(":batch") ? JSON.stringify(JSON.parse(answer.text).results ?? "") : answer.text;
      // What is scheduled now was public before, and the events of that time stay.
      if (address.startsWith("/v1/events") && statuses[who] === 200 && who !== "preview") {
        /** @type {{ type: string, data: { id: string } }[]} */
        const events = JSON.parse(text).results;
        const last = (/** @type {string} */ id) => events.findLast(({ data }) => data.id === id)?.type;
        assert.equal(last(scheduled.id), "page.deleted");
        assert.equal(last(deleted.id), "page.deleted");
        assert.equal(last(draft.id), undefined);
        assert.match(last(published.id) ?? "", /^page\.(created|updated)$/);
        tell(who, JSON.stringify(events.filter(({ data }) => data.id !== scheduled.id)));
      } else if (who !== "admin") tell(who, text + (address.includes(":batch") ? "" : answer.headers));
    }
  }
  const drafts = (await list("preview")).results.filter(
    ({ values }) => !("Status" in values) || values.Status !== "Published" || values.Published?.start > "2090",
  );
  assert.ok(drafts.length > 5);
  for (const who of /** @type {Who[]} */ (["none", "wrong", "read"])) {
    const all = told.get(who) ?? "";
    for (const { id, path } of drafts) {
      for (const trace of [id, id.replaceAll("-", ""), `"${path}"`]) {
        const place = all.indexOf(trace);
        assert.equal(place, -1, `${who} was told of ${trace}: ${all.slice(Math.max(0, place - 400), place + 100)}`);
      }
    }
    if (who !== "wrong") assert.ok(all.includes(published.id));
  }
  for (const { id } of [draft, scheduled]) assert.ok(told.get("preview")?.includes(id));
  const some = await list("none");
  assert.equal(some.total, some.results.length);
  assert.ok(!JSON.stringify(some).includes("visibility"));
});
