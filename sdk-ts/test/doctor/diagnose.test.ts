/** What the doctor finds by what a Worker tells, and what it makes of next to nothing. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import type { CheckName, Finding } from "../../src/doctor/index.ts";
import { hangUp, html, json, problem, silence } from "../server.ts";
import { BUILDER, findings, findingsOf, serveAll, statusAt } from "./worker.ts";

const MINUTE = 60_000;

function is(found: Finding[] | undefined, status: string, words: RegExp): void {
  assert.equal(found?.length, 1, inspect(found));
  const [one] = found ?? [];
  assert.deepEqual([one?.status, words.test(one?.message ?? "")], [status, true], inspect(one));
  const isWrong = status === "problem" || status === "warning";
  if (isWrong) assert.ok((one?.remedy?.length ?? 0) > 20, `no remedy: ${one?.message}`);
  else if (status === "ok") assert.equal(one?.remedy, undefined);
}

const ago = (ms: number) => new Date(Date.now() - ms).toISOString();

test("with nothing given everything is skipped", async () => {
  const all = await findings({});
  const statuses = [...all].map(([check, found]) => `${check} ${found[0]?.status}`);
  assert.deepEqual(statuses, [
    "configuration skipped",
    "worker skipped",
    "admin_token skipped",
    "notion_token skipped",
    "notion_content skipped",
    "notion_users skipped",
    "notion_comments skipped",
    "redis skipped",
    "redis_writes skipped",
    "access skipped",
    "cron skipped",
    "webhook skipped",
    "export skipped",
    "version skipped",
    "clock skipped",
  ]);
});

test("what only the Worker can tell asks for its address before it asks for a token", async (t) => {
  const { url } = await serveAll(t, {});
  for (const [settings, words] of [
    [{}, /^give the Worker's address/],
    [{ url }, /^give one of ADMIN_TOKENS/],
  ] as const) {
    const all = await findings(settings);
    for (const check of ["access", "cron", "webhook", "export", "version"] as CheckName[]) {
      assert.match(all.get(check)?.[0]?.remedy ?? "", words, check);
    }
  }
});

test("a Worker in good health has no finding that is wrong", async (t) => {
  const { url } = await serveAll(t, { "GET /v1/status": (...it) => json(statusAt(Date.now()))(...it) });
  const all = await findings({ url, adminToken: "admin" });
  const wrong = [...all.values()].flat().filter(({ status }) => status === "problem" || status === "warning");
  assert.deepEqual(wrong, []);
  for (const check of ["worker", "admin_token", "access", "cron", "export", "version", "clock"] as CheckName[]) {
    assert.equal(all.get(check)?.[0]?.status, "ok", check);
  }
});

test("an address without a Worker is told apart from one with something else, and from a bad configuration", async (t) => {
  for (const [reply, words] of [
    [hangUp, /does not answer at http/],
    [html(200), /is not the Worker: \/healthz gave 200/],
    [json({ status: "up" }), /is not the Worker/],
    [problem(503, "x"), /is not the Worker: \/healthz gave 503/],
  ] as const) {
    const { url } = await serveAll(t, { "GET /healthz": reply });
    is((await findings({ url })).get("worker"), "problem", words);
  }
  const detail = "bad configuration: NOTION_TOKEN is missing; ACCESS is none of private, public and rule";
  const { url } = await serveAll(t, { "GET /healthz": problem(500, detail) });
  const found = (await findings({ url })).get("worker") ?? [];
  assert.deepEqual(
    found.map(({ status, message }) => [status, message]),
    [
      ["problem", "the Worker is badly configured: NOTION_TOKEN is missing"],
      ["problem", "the Worker is badly configured: ACCESS is none of private, public and rule"],
    ],
  );
});

test("a Worker that never answers holds nobody up", async (t) => {
  const { url } = await serveAll(t, { "GET /healthz": silence, "GET /v1/status": silence, "GET /v1/exports": silence });
  const all = await findings({ url, timeout: 30, adminToken: "admin" });
  is(all.get("worker"), "problem", /does not answer/);
  is(all.get("export"), "skipped", /not known/);
});

test("an admin token that is missing or wrong is found", async (t) => {
  const { url } = await serveAll(t, { "GET /v1/exports": problem(401, "send one of ADMIN_TOKENS") });
  is((await findings({ url })).get("admin_token"), "skipped", /no admin token is given/);
  const others = { NOTION_TOKEN: "ntn_x", NOTION_BASE_URL: url };
  is((await findings({ url, variables: others })).get("admin_token"), "problem", /there is no admin token/);
  is((await findings({ url, adminToken: "x" })).get("admin_token"), "problem", /has no such admin token/);
  const variables = { ADMIN_TOKENS: "one, two" };
  const server = await serveAll(t, {
    "GET /v1/exports": (response, request) =>
      request.headers.authorization === "Bearer one"
        ? json({ results: [] })(response, request)
        : problem(401, "no")(response, request),
  });
  is((await findings({ url: server.url, variables })).get("admin_token"), "ok", /is right/);
});

test("what is wrong with the variables is told one by one, in the core's words", async () => {
  const variables = {
    NOTION_TOKEN: "ntn_x",
    UPSTASH_REDIS_REST_URL: "http://127.0.0.1:1",
    ACCESS: "public",
    WORKERS: "99",
  };
  const found = (await findings({ variables, timeout: 200 })).get("configuration") ?? [];
  assert.ok(found.every(({ status }) => status === "problem"));
  const told = found.map(({ message }) => message.split(" ")[0]).sort();
  assert.deepEqual(told, ["ACCESS", "UPSTASH_REDIS_REST_TOKEN", "WORKERS"]);
});

test("nobody may read, and everybody everything, are both found", async (t) => {
  is(await findingsOf(t, "access", {}, { read_tokens: 0 }), "problem", /nobody may read/);
  is(await findingsOf(t, "access", {}, { access: "public" }), "warning", /anyone may read everything/);
  is(await findingsOf(t, "access", {}, { access: "public", copies_everything: false }), "ok", /ROOTS/);
  is(
    await findingsOf(t, "access", {}, { access: "rule", publish_rule: "a=b", public_pages: 3 }),
    "ok",
    /3 pages of 40/,
  );
  const none = { access: "rule", publish_rule: "a=b", public_pages: 0 } as const;
  is(await findingsOf(t, "access", {}, none), "problem", /holds for none of 40 pages/);
  is(await findingsOf(t, "access", { pages: 0 }, none), "skipped", /nothing is exported yet/);
});

test("a rule about a property that no data source has names those that there are", async (t) => {
  const sources = { results: [{ properties: { Status: {}, Title: {} } }] };
  const notion = await serveAll(t, { "POST /v1/search": json(sources) });
  const variables = { NOTION_TOKEN: "ntn_x", NOTION_BASE_URL: notion.url };
  const worker = { access: "rule", public_pages: 0 } as const;
  const of = (publish_rule: string) => findingsOf(t, "access", {}, { ...worker, publish_rule }, { variables });
  const found = await of("Stauts=Published && Title<=now");
  is(found, "problem", /no data source has a property Stauts$/);
  assert.match(found[0]?.remedy ?? "", /Status, Title/);
  is(await of("Status=Published&&Title"), "problem", /holds for none/);
});

test("a cron that never fired, one that stopped, and one that only waits are told apart", async (t) => {
  is(
    await findingsOf(t, "cron", { last_run: null }, { ticked_at: null }),
    "problem",
    /has ever woken .* nothing is exported/,
  );
  is(await findingsOf(t, "cron", {}, { ticked_at: null }), "problem", /only by an order or from Node/);
  const found = await findingsOf(t, "cron", {}, { ticked_at: ago(31 * MINUTE) });
  is(found, "problem", /stopped: it last woke the Worker 31 minutes ago/);
  assert.match(found[0]?.remedy ?? "", /crons = \["\* \* \* \* \*"\]/);
  is(await findingsOf(t, "cron", {}, { ticked_at: ago(9 * MINUTE) }), "ok", /9 minutes ago/);
  const hourly = { ticked_at: ago(150 * MINUTE), tick_interval: 3600 };
  is(await findingsOf(t, "cron", {}, hourly), "ok", /2 hours ago/);
  const waits = { not_before: ago(-20 * MINUTE) };
  is(await findingsOf(t, "cron", waits, { ticked_at: ago(31 * MINUTE) }), "ok", /31 minutes ago/);
  const busy = { ticked_at: ago(31 * MINUTE), busy_until: ago(-MINUTE) };
  is(await findingsOf(t, "cron", {}, busy), "ok", /31 minutes ago/);
});

test("an export that is held, failing, stuck or has errors is found with what to do", async (t) => {
  const found = await findingsOf(t, "export", { held: { export: 7, pages: 12, of: 40 } });
  is(found, "problem", /12 of 40 pages would go, and are held/);
  assert.match(found[0]?.remedy ?? "", /notion-edge confirm 7 /);
  const stopped = { at: ago(MINUTE), outcome: "stopped", problem: "notion refuses NOTION_TOKEN: no" };
  is(await findingsOf(t, "export", { last_run: stopped }), "problem", /stopped at .*: notion refuses NOTION_TOKEN/);
  is(await findingsOf(t, "export", { last_run: stopped, state: "failed" }), "problem", /the export failed at/);
  const it = {
    number: 7,
    job: "all",
    id: null,
    started_at: ago(90 * MINUTE),
    completed_at: null,
    runs: 3,
    peak_memory: 0,
  } as const;
  const ran = (minutes: number) => ({ at: ago(minutes * MINUTE), outcome: "advanced", problem: null });
  const exporting = { state: "exporting", export: it, frontier: 20 } as const;
  is(
    await findingsOf(t, "export", { ...exporting, last_run: ran(30) }),
    "problem",
    /no run went on with it for 30 minutes/,
  );
  is(await findingsOf(t, "export", { ...exporting, last_run: ran(1) }), "problem", /got nothing done for 1 hour/);
  const work = { progressed_at: ago(MINUTE) } as NonNullable<ReturnType<typeof statusAt>["work"]>;
  is(await findingsOf(t, "export", { ...exporting, last_run: ran(1), work }), "ok", /under way: 40 pages/);
  const error = { at: ago(1), object: "page", id: "abc", message: "notion answered 500", operation: null, attempts: 3 };
  is(await findingsOf(t, "export", { errors: [error] }), "warning", /page abc: notion answered 500/);
  is(
    await findingsOf(t, "export", { state: "empty", export: null, last_run: null }),
    "warning",
    /nothing was exported yet/,
  );
});

test("a Worker, a store and a package of different versions are told apart", async (t) => {
  is(
    await findingsOf(t, "version", {}, { version: "0.0.9" }),
    "problem",
    /Worker is of version 0\.0\.9 and this package of/,
  );
  const [before, after] = [String(BUILDER - 1), String(BUILDER + 1)];
  const older = await findingsOf(t, "version", {}, { builder: before, stored_builder: before });
  is(older, "problem", new RegExp(`schema ${before} and the core of this package of ${BUILDER}:`));
  assert.match(older[0]?.remedy ?? "", /npx wrangler deploy/);
  const newer = await findingsOf(t, "version", {}, { builder: after, stored_builder: after });
  assert.match(newer[0]?.remedy ?? "", /npm run build/);
  is(
    await findingsOf(t, "version", {}, { stored_builder: before }),
    "warning",
    new RegExp(`made by schema ${before}, and the Worker makes ${BUILDER}:`),
  );
  is(await findingsOf(t, "version", {}, { stored_builder: after }), "problem", /which is older/);
  const { worker: _, ...without } = statusAt(Date.now());
  const { url } = await serveAll(t, { "GET /v1/status": json(without) });
  is((await findings({ url, adminToken: "admin" })).get("version"), "problem", /older version than this package/);
});

test("the clock that is off is named: by three of them, and of two that they are apart", async (t) => {
  const redis = { redis_now: ago(0) };
  is(
    await findingsOf(t, "clock", {}, redis, { now: () => Date.now() + 10 * MINUTE }),
    "problem",
    /clock of this machine is 10 minutes fast/,
  );
  is(await findingsOf(t, "clock", {}, { redis_now: ago(2 * MINUTE) }), "problem", /clock of Redis is 2 minutes slow/);
  is(
    await findingsOf(t, "clock", {}, { redis_now: null }, { now: () => Date.now() - 10 * MINUTE }),
    "problem",
    /this machine and of the Worker are .* apart/,
  );
  is(await findingsOf(t, "clock", {}, { redis_now: ago(20_000) }), "ok", /Redis agree/);
});

test("no finding repeats a secret, also where a server does", async (t) => {
  const echo = problem(500, "bad configuration: NOTION_TOKEN is ntn_s3cret1 and adm1n-t0ken and r3dis-t0ken");
  const { url } = await serveAll(t, { "GET /healthz": echo });
  const variables = {
    NOTION_TOKEN: "ntn_s3cret1",
    NOTION_BASE_URL: url,
    UPSTASH_REDIS_REST_URL: url,
    UPSTASH_REDIS_REST_TOKEN: "r3dis-t0ken",
  };
  const all = await findings({ url, adminToken: "adm1n-t0ken", variables });
  assert.match(inspect(all.get("worker")), /\*\*\* and \*\*\* and \*\*\*/);
  assert.doesNotMatch(inspect([...all.values()], { depth: 9 }), /s3cret1|adm1n|r3dis/);
});

test("what answers in place of Notion and Redis is told apart from a wrong token", async (t) => {
  const { url } = await serveAll(t, {
    "GET /v1/users/me": json({ code: "unauthorized" }, 401),
    "POST /": json({ error: "WRONGPASS invalid or missing auth token" }, 401),
  });
  const tokens = { NOTION_TOKEN: "ntn_x", UPSTASH_REDIS_REST_TOKEN: "x" };
  const wrong = await findings({ variables: { ...tokens, NOTION_BASE_URL: url, UPSTASH_REDIS_REST_URL: url } });
  is(wrong.get("notion_token"), "problem", /Notion refuses NOTION_TOKEN/);
  is(wrong.get("redis"), "problem", /Redis refuses the token/);
  is(wrong.get("redis_writes"), "skipped", /not asked/);
  const site = await serveAll(t, { "POST /": html(200) });
  const gone = { NOTION_BASE_URL: "http://127.0.0.1:1", UPSTASH_REDIS_REST_URL: site.url };
  const other = await findings({ variables: { ...tokens, ...gone } });
  is(other.get("notion_token"), "problem", /Notion does not answer/);
  is(other.get("redis"), "problem", /is not Redis over HTTP/);
  const away = await findings({
    variables: { ...tokens, UPSTASH_REDIS_REST_URL: "http://127.0.0.1:1" },
    fetch: (it, init) => (it.startsWith("http://127") ? fetch(it, init) : Promise.reject(new Error("offline"))),
  });
  is(away.get("redis"), "problem", /does not answer at UPSTASH_REDIS_REST_URL/);
});

test("a webhook that is set up by half, or that Notion does not use, is found", async (t) => {
  const state = { is_set: false, verification_token: null, received_at: null, last_event_at: null };
  const found = async (changes: Partial<Record<keyof typeof state, unknown>>) => {
    const { url } = await serveAll(t, { "GET /v1/webhook": json({ ...state, ...changes }) });
    return (await findings({ url, adminToken: "admin" })).get("webhook");
  };
  is(await found({}), "ok", /there is no webhook/);
  const handshake = { verification_token: "secret_of_notion", received_at: ago(5 * MINUTE) };
  is(await found(handshake), "problem", /sent a token for the webhook 5 minutes ago, and WEBHOOK_TOKENS is not set/);
  is(await found({ is_set: true }), "warning", /told of nothing yet/);
  is(await found({ is_set: true, last_event_at: ago(3 * MINUTE) }), "ok", /last 3 minutes ago/);
  const { url } = await serveAll(t, {});
  is((await findings({ url, adminToken: "admin" })).get("webhook"), "skipped", /does not say/);
});
