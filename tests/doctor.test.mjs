/** What the doctor finds on a real stack in which one thing is wrong: sim, gateway, Redis, and the Worker in workerd. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { inspect } from "node:util";
import { buildSdk } from "../local/build.mjs";
import { exportAll } from "../local/cron.mjs";
import { binary } from "../local/parts.mjs";
import { root, stackFor, storeOf, until } from "./harness.mjs";

/** @typedef {import("node:test").TestContext} TestContext */
/** @typedef {import("../local/stack.mjs").Stack} Stack */
/** @typedef {{ url?: string, token?: string, adminToken?: string, variables?: Record<string, string | undefined>, now?: () => number }} Settings */
/** @typedef {{ check: string, status: string, message: string, remedy?: string }} Finding */
/** The package is built by the test, after its types are checked. @typedef {any} WhyAnswer */

await buildSdk();
/** @type {{ diagnose(settings: Settings): AsyncIterable<Finding>, why(target: string, settings: Settings): Promise<WhyAnswer> }} */
const { diagnose, why } = await import(join(root, "sdk-ts/dist/doctor/index.js"));

const TOKENS = { ACCESS: "private", READ_TOKENS: "a-read-token", ADMIN_TOKENS: "an-admin-token", ROOTS: "all" };
const nothing = () => {};

/** What the doctor is given of a stack. @param {Stack} stack @param {Record<string, string>} [variables] @returns {Settings} */
function of(stack, variables = {}) {
  return { url: stack.worker.url, variables: { ...stack.vars, ...variables } };
}

/** @param {Settings} settings */
async function findings(settings) {
  /** @type {Finding[]} */
  const all = [];
  for await (const finding of diagnose(settings)) all.push(finding);
  return all;
}

/** All that is wrong. @param {Settings} settings */
async function wrong(settings) {
  const all = await findings(settings);
  const found = all.filter(({ status }) => status === "problem" || status === "warning");
  for (const { message, remedy } of found) assert.ok((remedy?.length ?? 0) > 20, `no remedy: ${message}`);
  return found;
}

/** That this is all that is wrong. @param {Finding[]} found @param {[string, string, RegExp][]} expected */
function assertFound(found, ...expected) {
  const told = found.map(({ check, status }) => [check, status]);
  assert.deepEqual(
    told,
    expected.map(([check, status]) => [check, status]),
    inspect(found),
  );
  for (const [place, [, , words]] of expected.entries()) assert.match(found[place]?.message ?? "", words);
}

/** A program of ours that ends with the test; gives its address. @param {TestContext} t @param {string} name @param {string[]} args @param {Record<string, string>} [env] */
async function start(t, name, args, env = {}) {
  const child = spawn(binary(name), args, {
    env: { PATH: process.env.PATH, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => child.once("close", resolve));
  t.after(() => {
    child.kill();
    return ended;
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const [, address] = /listening on (\S+)/.exec(line) ?? [];
    if (address !== undefined) {
      child.stdout.resume();
      return address;
    }
  }
  throw new Error(`${name} did not start`);
}

/** Has the sim's workspace changed. @param {Stack} stack @param {object} change */
async function change(stack, change) {
  const answer = await fetch(`${stack.sim?.address}/_sim/changes`, { method: "POST", body: JSON.stringify(change) });
  assert.equal(answer.status, 200, await answer.text());
}

/** Orders an export and waits for its end. @param {Stack} stack @param {object} [job] */
async function order(stack, job) {
  const headers = { authorization: "Bearer an-admin-token" };
  const body = job === undefined ? null : JSON.stringify(job);
  const answer = await fetch(`${stack.worker.url}/v1/exports`, { method: "POST", headers, body });
  assert.equal(answer.status, 202, await answer.text());
  const report = stack.worker.url + answer.headers.get("location");
  await until(async () => {
    const { state } = /** @type {{ state: string }} */ (await (await fetch(report, { headers })).json());
    return state === "complete" ? state : undefined;
  }, "the end of what was ordered");
}

test("a stack in good health has nothing wrong, and what is wrong with its tokens, servers and clocks is found", async (t) => {
  const stack = await stackFor(t, { vars: { ...TOKENS, OBJECT_TYPES: "page+database+user+comment" } });
  await exportAll(stack.worker, nothing);
  const all = await findings(of(stack));
  assert.deepEqual(
    all.filter(({ status }) => status !== "ok"),
    [],
  );
  assert.equal(all.length, 15);

  await t.test("a wrong admin token, and none", async () => {
    assertFound(await wrong({ ...of(stack), adminToken: "another-token" }), [
      "admin_token",
      "problem",
      /no such admin token/,
    ]);
    const { ADMIN_TOKENS: _, ...variables } = stack.vars;
    assertFound(await wrong({ url: stack.worker.url, variables }), ["admin_token", "problem", /no admin token/]);
  });
  await t.test("a wrong Notion token", async () => {
    const sim = await start(t, "notion-sim", ["--port", "0", "--token", "ntn_right"]);
    const found = await wrong(of(stack, { NOTION_BASE_URL: sim, NOTION_TOKEN: "ntn_wrong" }));
    assertFound(found, ["notion_token", "problem", /Notion refuses NOTION_TOKEN/]);
  });
  await t.test("nothing shared with the connection", async () => {
    const sim = await start(t, "notion-sim", ["--port", "0", "--without-demo"]);
    const found = await wrong(of(stack, { NOTION_BASE_URL: sim }));
    assertFound(found, ["notion_content", "problem", /nothing is shared/]);
  });
  await t.test("missing capabilities", async () => {
    const none = await start(t, "notion-sim", ["--port", "0", "--capabilities", "none"]);
    assertFound(
      await wrong(of(stack, { NOTION_BASE_URL: none })),
      ["notion_content", "problem", /"Read content"/],
      ["notion_users", "problem", /"Read user information"/],
    );
    const content = await start(t, "notion-sim", ["--port", "0", "--capabilities", "content"]);
    assertFound(
      await wrong(of(stack, { NOTION_BASE_URL: content })),
      ["notion_users", "problem", /"Read user information"/],
      ["notion_comments", "problem", /"Read comments"/],
    );
    // What is not copied need not be allowed.
    assertFound(await wrong(of(stack, { NOTION_BASE_URL: content, OBJECT_TYPES: "page+database" })));
  });
  await t.test("a wrong address of Redis, over HTTP and TCP", async () => {
    const nowhere = { UPSTASH_REDIS_REST_URL: "http://127.0.0.1:9" };
    assertFound(await wrong(of(stack, nowhere)), ["redis", "problem", /does not answer at UPSTASH_REDIS_REST_URL/]);
    const other = { UPSTASH_REDIS_REST_URL: stack.sim?.address ?? "" };
    assert.equal((await wrong(of(stack, other)))[0]?.check, "redis");
    const { UPSTASH_REDIS_REST_URL: _, UPSTASH_REDIS_REST_TOKEN: __, ...rest } = stack.vars;
    const over = (/** @type {string} */ address) => ({
      url: stack.worker.url,
      variables: { ...rest, REDIS_URL: address },
    });
    assertFound(await wrong(over("redis://127.0.0.1:9")), ["redis", "problem", /does not answer at REDIS_URL/]);
    assertFound(await wrong(over(stack.redis?.address ?? "")));
  });
  await t.test("a wrong token of Redis, and one that may only read", async () => {
    const bad = await wrong(of(stack, { UPSTASH_REDIS_REST_TOKEN: "not-the-token" }));
    assertFound(bad, ["redis", "problem", /refuses the token/]);
    const gateway = await start(
      t,
      "redis-gateway",
      ["--redis", stack.redis?.address ?? "", "--listen", "127.0.0.1:0"],
      {
        GATEWAY_TOKENS: "writes-and-reads",
        GATEWAY_READONLY_TOKENS: "reads-only",
      },
    );
    const only = { UPSTASH_REDIS_REST_URL: gateway, UPSTASH_REDIS_REST_TOKEN: "reads-only" };
    assertFound(await wrong(of(stack, only)), ["redis_writes", "problem", /only read, and an export writes/]);
    assertFound(await wrong(of(stack, { ...only, UPSTASH_REDIS_REST_TOKEN: "writes-and-reads" })));
  });
  await t.test("a clock of this machine that is off", async () => {
    const fast = { ...of(stack), now: () => Date.now() + 600_000 };
    assertFound(await wrong(fast), ["clock", "problem", /clock of this machine is .* fast/]);
  });
  await t.test("an older schema of what is stored", async () => {
    const store = storeOf(t, stack);
    const key = "notion:export:lease";
    const now = (await store.hget(key, "state")) ?? "";
    await store.hset(key, "state", JSON.stringify({ ...JSON.parse(now), builder: "4" }));
    assertFound(await wrong(of(stack)), ["version", "warning", /made by schema 4, and the Worker makes \d+:/]);
    await store.hset(key, "state", now);
  });
  await t.test("a cron trigger that stopped", async () => {
    const store = storeOf(t, stack);
    await store.hset("notion:export:lease", "ticked", Date.now() - 3_600_000, "tick_gap", 60_000);
    assertFound(await wrong(of(stack)), ["cron", "problem", /stopped: it last woke the Worker 1 hour ago/]);
    await stack.worker.scheduled();
    await store.hset("notion:export:lease", "tick_gap", 60_000);
    assertFound(await wrong(of(stack)));
  });
  await t.test("with the address alone what it tells to anyone is looked at", async () => {
    const all = await findings({ url: stack.worker.url });
    const told = all.filter(({ status }) => status !== "skipped").map(({ check, status }) => [check, status]);
    assert.deepEqual(told.slice(0, 1), [["worker", "ok"]], inspect(all));
    assert.ok(
      told.every(([, status]) => status === "ok"),
      inspect(told),
    );
  });
  await t.test("pages that are held back", async () => {
    const { results } = /** @type {{ results: { id: string }[] }} */ (
      await (
        await fetch(`${stack.worker.url}/v1/pages?limit=100`, { headers: { authorization: "Bearer a-read-token" } })
      ).json()
    );
    for (const { id } of results.slice(0, Math.ceil(results.length / 2)))
      await change(stack, { type: "trash", id }).catch(nothing);
    await order(stack);
    const found = await wrong(of(stack));
    // All that is shared directly may be among what went.
    const [one] = found.filter(({ check }) => check === "export");
    assert.match(one?.message ?? "", /pages would go, and are held/, inspect(found));
    const { held } = await stack.worker.status();
    assert.match(one?.remedy ?? "", new RegExp(`npx notion-edge confirm ${held?.export} --url`));
  });
});

test("a Worker that nobody may read, one whose cron never fired, and an export that fails are found", async (t) => {
  const stack = await stackFor(t, { vars: { ADMIN_TOKENS: "an-admin-token", ROOTS: "all", ACCESS: "private" } });
  assertFound(
    await wrong(of(stack)),
    ["access", "problem", /nobody may read/],
    ["cron", "problem", /ever woken .* so nothing is exported/],
    ["export", "warning", /nothing was exported yet/],
  );
  await order(stack);
  assertFound(
    await wrong(of(stack)),
    ["access", "problem", /nobody may read/],
    ["cron", "problem", /only by an order or from Node/],
  );
  const sim = await start(t, "notion-sim", ["--port", "0", "--token", "ntn_right"]);
  const refused = await stackFor(t, { vars: { ...TOKENS, NOTION_TOKEN: "ntn_wrong_too", NOTION_BASE_URL: sim } });
  await refused.worker.scheduled();
  assertFound(
    await wrong(of(refused)),
    ["notion_token", "problem", /Notion refuses NOTION_TOKEN/],
    ["export", "problem", /stopped at .* notion refuses NOTION_TOKEN/],
  );
});

test("an export that no run goes on with is stuck, as the store alone tells", async (t) => {
  const stack = await stackFor(t, { vars: { ...TOKENS, RUN_SUBREQUESTS: "20" } });
  await stack.worker.scheduled();
  assert.equal((await stack.worker.status()).state, "exporting");
  const later = { variables: stack.vars, now: () => Date.now() + 3_600_000 };
  const found = (await wrong(later)).filter(({ check }) => check !== "clock");
  assertFound(
    found,
    ["cron", "problem", /stopped/],
    ["export", "problem", /stuck: no run went on with it for .*, and \d+ objects wait/],
  );
});

test("a rule about a property that is nowhere, one that publishes nothing, and everything for anyone are found", async (t) => {
  const vars = { ...TOKENS, PREVIEW_TOKENS: "a-preview-token", ACCESS: "rule" };
  const none = await stackFor(t, { vars: { ...vars, PUBLISH_RULE: "Status=Elsewhere" } });
  await exportAll(none.worker, nothing);
  assertFound(await wrong(of(none)), ["access", "problem", /holds for none of \d+ pages/]);
  const redis = { vars: { ...vars, PUBLISH_RULE: "Stauts=Published" } };
  const nowhere = await stackFor(t, redis);
  await exportAll(nowhere.worker, nothing);
  assertFound(await wrong(of(nowhere)), ["access", "problem", /no data source has a property Stauts/]);
  // Without Notion the store tells which properties there are, and without the store the Worker.
  const { NOTION_TOKEN: _, ...rest } = nowhere.vars;
  for (const variables of [rest, { ADMIN_TOKENS: vars.ADMIN_TOKENS, PREVIEW_TOKENS: vars.PREVIEW_TOKENS }]) {
    const found = await wrong({ url: nowhere.worker.url, variables });
    assertFound(found, ["access", "problem", /no data source has a property Stauts/]);
    assert.match(found[0]?.remedy ?? "", /Status/);
  }
  const everything = await stackFor(t, { vars: { ADMIN_TOKENS: "an-admin-token", ACCESS: "public", ROOTS: "all" } });
  await exportAll(everything.worker, nothing);
  assertFound(await wrong(of(everything)), ["access", "warning", /anyone may read everything/]);
});

test("a Worker that is badly configured says so, and an address that is none", async (t) => {
  const stack = await stackFor(t, { vars: { ACCESS: "public", ROOTS: "", WORKERS: "99" } });
  const found = await wrong({ url: stack.worker.url });
  assertFound(found, ["worker", "problem", /WORKERS|ACCESS/], ["worker", "problem", /WORKERS|ACCESS/]);
  assertFound(await wrong({ url: "http://127.0.0.1:9" }), ["worker", "problem", /does not answer/]);
  assertFound(await wrong({ url: stack.sim?.address }), ["worker", "problem", /is not the Worker/]);
});

test("why a page is there or not is told by store and Notion together, from the Worker and from the store alone", async (t) => {
  const stack = await stackFor(t, {
    vars: {
      ...TOKENS,
      ACCESS: "rule",
      PUBLISH_RULE: "Status=Published",
      PREVIEW_TOKENS: "a-preview-token",
      SITE_URL: "https://site.example/blog",
    },
  });
  await exportAll(stack.worker, nothing);
  const headers = { authorization: "Bearer a-preview-token" };
  const { results } = /** @type {{ results: any[] }} */ (
    await (await fetch(`${stack.worker.url}/v1/pages?limit=100`, { headers })).json()
  );
  const row = (/** @type {string} */ status) => results.find(({ values }) => values.Status === status);
  const [published, draft] = [row("Published"), row("Draft")];
  const both = [of(stack), { variables: stack.vars }];
  for (const settings of both) {
    const bare = published.id.replaceAll("-", "");
    for (const target of [
      published.id,
      published.path,
      `https://site.example/blog${published.path}?x=1`,
      `https://www.notion.so/acme/Title-${bare}`,
    ]) {
      const answer = await why(target, settings);
      assert.deepEqual(
        [answer.reason, answer.there, answer.notion, answer.isOutdated, answer.remedy],
        ["served", true, "shown", false, undefined],
        inspect(answer),
      );
    }
    const hidden = await why(draft.path, settings);
    assert.deepEqual([hidden.reason, hidden.there, hidden.store.readable_by], ["draft", false, ["preview_token"]]);
    assert.match(hidden.message, /Status=Published/);
    const never = await why("00000000-0000-4000-8000-000000000000", settings);
    assert.deepEqual([never.reason, never.notion], ["not_shared", "not_shared"]);
    assert.match(never.remedy ?? "", /Connections/);
    assert.equal((await why("/nowhere/at/all", settings)).reason, "unknown");
  }
  await change(stack, { type: "trash", id: published.id });
  const trashed = await why(published.id, of(stack));
  assert.deepEqual([trashed.reason, trashed.there, trashed.isOutdated], ["trashed", true, true]);
  const variables = { ...stack.vars, NOTION_TOKEN: "nothing-like-a-token" };
  const refused = await why("00000000-0000-4000-8000-000000000000", { url: stack.worker.url, variables });
  assert.equal(refused.reason, "token_refused");
  // Who may only read is told nothing of drafts.
  for (const token of ["a-read-token", "a-preview-token"]) {
    await assert.rejects(why(draft.id, { url: stack.worker.url, adminToken: token }), { name: "UnauthorizedError" });
  }
});
