/** Which page a person means, and what the doctor makes of what the store and Notion say of it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { why } from "../../src/doctor/index.ts";
import { targetOf } from "../../src/doctor/target.ts";
import type { Why } from "../../src/generated.ts";
import { hangUp, json, problem } from "../server.ts";
import { serveAll } from "./worker.ts";

const ID = "2712e341-754a-41ae-a9ce-4c0bb4b18c52";
const BARE = ID.replaceAll("-", "");
const EDITED = "2026-11-20T12:00:00.000Z";

test("an id, a path, and addresses of the site, the Worker and Notion name a page", () => {
  for (const [text, expected] of [
    [ID, ID],
    [BARE.toUpperCase(), ID],
    [` ${ID} `, ID],
    ["/guides/start", "guides/start"],
    ["guides/start/?x=1#y", "guides/start"],
    ["/über uns", "%C3%BCber%20uns"],
    ["https://site.example/guides/start?utm=1#top", "guides/start"],
    ["https://site.example/%C3%BCber%20uns", "%C3%BCber%20uns"],
    ["https://site.example/docs/guides/start", "docs/guides/start"],
    ["https://worker.example/v1/pages/guides/start", "guides/start"],
    [`https://worker.example/v1/pages/${BARE}`, ID],
    [`https://www.notion.so/acme/Some-title-${BARE}`, ID],
    [`https://www.notion.so/${BARE}?v=00000000000040008000000000000000`, ID],
    [`https://www.notion.so/acme/00000000000040008000000000000000?v=1&p=${BARE}&pm=s`, ID],
    [`https://acme.notion.site/Some-title-${BARE}`, ID],
    [`https://app.notion.com/p/Some-title-${BARE}#block`, ID],
  ] as const) {
    assert.equal(targetOf(text).address, expected, text);
    assert.equal(targetOf(text).id, expected === ID ? ID : undefined, text);
  }
  const below = targetOf("https://site.example/docs/guides/start", "https://site.example/docs/");
  assert.equal(below.address, "guides/start");
  for (const text of ["", "/", "https://site.example", "https://www.notion.so/acme", "https://%"]) {
    assert.throws(() => targetOf(text), { name: "TypeError", message: /names no page/ }, text);
  }
});

/** What the store says of a page that is there. */
function served(changes: Partial<Why> = {}): Why {
  return {
    asked: ID,
    object: "page",
    id: ID,
    title: "Start",
    path: "/start",
    there: true,
    readable_by: ["anyone"],
    reason: "served",
    detail: "it is there",
    remedy: null,
    public_at: null,
    holder: null,
    waiting: null,
    error: null,
    version: 3,
    last_edited_time: EDITED,
    exported_at: EDITED,
    ...changes,
  };
}

/** What it says of one that is not. */
function absent(reason: Why["reason"], changes: Partial<Why> = {}): Why {
  const nothing = { there: false, readable_by: [], version: null, last_edited_time: null, exported_at: null };
  return served({ ...nothing, object: null, detail: "it was never met", remedy: "share it", reason, ...changes });
}

const NOT_FOUND = json({ object: "error", code: "object_not_found" }, 404);
const shown = (changes = {}) => json({ object: "page", id: ID, in_trash: false, last_edited_time: EDITED, ...changes });

test("store and Notion are put together into one answer", async (t) => {
  for (const [store, page, expected] of [
    [
      served(),
      shown(),
      { reason: "served", there: true, isOutdated: false, message: /^it is there$/, remedy: undefined },
    ],
    [
      served(),
      shown({ last_edited_time: "2026-11-20T12:05:00.000Z" }),
      { reason: "served", there: true, isOutdated: true, message: /edited since, at 2026-11-20T12:05/, remedy: /sync/ },
    ],
    [
      served(),
      shown({ in_trash: true }),
      { reason: "trashed", there: true, isOutdated: true, message: /in Notion's trash, and goes/, remedy: /restore/ },
    ],
    [
      served(),
      NOT_FOUND,
      { reason: "served", there: true, isOutdated: true, message: /not show it .* any more/, remedy: /Connections/ },
    ],
    [
      absent("unknown"),
      NOT_FOUND,
      { reason: "not_shared", there: false, isOutdated: false, message: /not shared with it/, remedy: /Connections/ },
    ],
    [
      absent("unknown"),
      shown(),
      { reason: "unknown", there: false, isOutdated: false, message: /no export has met it yet/, remedy: /ROOTS/ },
    ],
    [
      absent("unknown"),
      json({ code: "unauthorized" }, 401),
      { reason: "token_refused", there: false, isOutdated: false, message: /Notion refuses/, remedy: /NOTION_TOKEN/ },
    ],
    [
      absent("trashed", { detail: "trash" }),
      shown(),
      { reason: "trashed", there: false, isOutdated: false, message: /shows it .* again/, remedy: /sync/ },
    ],
    [
      absent("excluded", { detail: "left out", remedy: "EXCLUDE" }),
      shown(),
      { reason: "excluded", there: false, isOutdated: false, message: /^left out$/, remedy: /EXCLUDE/ },
    ],
  ] as const) {
    const notion = await serveAll(t, { [`GET /v1/pages/${ID}`]: page });
    const worker = await serveAll(t, { [`GET /v1/why/${ID}`]: json(store) });
    const variables = { NOTION_TOKEN: "ntn_x", NOTION_BASE_URL: notion.url };
    const answer = await why(ID, { url: worker.url, adminToken: "admin", variables });
    const { reason, there, isOutdated, message, remedy } = answer;
    const what = JSON.stringify({ reason, message, remedy });
    assert.deepEqual(
      { reason, there, isOutdated },
      {
        reason: expected.reason,
        there: expected.there,
        isOutdated: expected.isOutdated,
      },
      what,
    );
    assert.match(message, expected.message);
    if (expected.remedy === undefined) assert.equal(remedy, undefined);
    else assert.match(remedy ?? "", expected.remedy, what);
    assert.equal(worker.headers().authorization, "Bearer admin");
  }
});

test("of a database Notion is asked where it has those", async (t) => {
  const found = json({ object: "database", in_trash: false, last_edited_time: EDITED });
  const notion = await serveAll(t, { [`GET /v1/databases/${ID}`]: found });
  const store = absent("served", { object: "database", there: true, detail: "it is there", remedy: null });
  const worker = await serveAll(t, { [`GET /v1/why/${ID}`]: json(store) });
  const variables = { NOTION_TOKEN: "ntn_x", NOTION_BASE_URL: notion.url };
  const answer = await why(`https://www.notion.so/${BARE}`, { url: worker.url, adminToken: "admin", variables });
  assert.deepEqual([answer.notion, answer.reason, answer.message], ["shown", "served", "it is there"]);
  assert.deepEqual(notion.asked, [`GET /v1/pages/${ID}`, `GET /v1/databases/${ID}`]);
});

test("a path is asked for as it is, and Notion by the id that it leads to", async (t) => {
  const notion = await serveAll(t, { [`GET /v1/pages/${ID}`]: shown() });
  const worker = await serveAll(t, { "GET /v1/why/guides/start": json(served()) });
  const variables = { NOTION_TOKEN: "ntn_x", NOTION_BASE_URL: notion.url, SITE_URL: "https://site.example/docs" };
  const target = "https://site.example/docs/guides/start";
  const answer = await why(target, { url: worker.url, adminToken: "admin", variables });
  assert.equal(answer.notion, "shown");
  const nowhere = await serveAll(t, { "GET /v1/why/x": json(absent("unknown", { id: null })) });
  const none = await why("/x", { url: nowhere.url, adminToken: "admin", variables });
  assert.deepEqual([none.notion, none.reason], ["not_asked", "unknown"]);
});

test("what keeps the question from being answered is an error that says so", async (t) => {
  const ask = async (reply: typeof hangUp) => {
    const { url } = await serveAll(t, { [`GET /v1/why/${ID}`]: reply });
    return why(ID, { url, adminToken: "admin" });
  };
  await assert.rejects(ask(problem(401, "send one of ADMIN_TOKENS")), {
    name: "UnauthorizedError",
    message: /admin token/,
  });
  await assert.rejects(ask(problem(404, "no such address")), {
    name: "UnexpectedAnswerError",
    message: /of this version/,
  });
  await assert.rejects(ask(problem(503, "the store does not answer")), { name: "UnavailableError" });
  await assert.rejects(ask(hangUp), { name: "NetworkError" });
  await assert.rejects(why(ID, { url: "http://127.0.0.1:1" }), { name: "UnauthorizedError", message: /ADMIN_TOKENS/ });
  await assert.rejects(why(ID, {}), { name: "TypeError", message: /nobody can be asked/ });
});
