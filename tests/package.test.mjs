/** `pkg/` in Node: the same engine, driven by a loop of a few dozen lines instead of the Worker's. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { root, stackFor } from "./harness.mjs";

const NOTION_VERSION = "2026-03-11";

/** @typedef {{ operation: string, timeout_ms: number, method: string, path: string, body?: unknown }} NotionRequest */
/** @typedef {{ notion: NotionRequest } | { redis: string[][] }} Effect */
/** @typedef {{ start: [number, Effect] } | { wait: number | null } | { stop: unknown }} Step */

test("an export driven from Node serves what one in the Worker does", async (t) => {
  const { initSync, Engine } = await import(join(root, "pkg/notion_edge_bindings.js"));
  initSync({ module: readFileSync(join(root, "pkg/notion_edge_bindings_bg.wasm")) });
  const stack = await stackFor(t);
  const engine = new Engine(Buffer.from(JSON.stringify(stack.vars)), randomUUID(), Date.now());
  assert.equal(await drive(engine, stack.vars), "complete");
  const status = await stack.worker.status();
  const lines = (await (await fetch(`${stack.sim?.address}/_sim/oracle`)).text()).trim().split("\n");
  const pages = lines.map((line) => JSON.parse(line)).filter(({ object }) => object === "page");
  assert.equal(status.pages, pages.length);
  const served = await fetch(`${stack.worker.url}/v1/pages/${pages[0].id}`);
  const document = /** @type {{ title: string }} */ (await served.json());
  assert.equal(document.title, pages[0].title);
});

test("limiter, breaker and estimator are usable without the exporter", async () => {
  const bindings = await import(join(root, "pkg/notion_edge_bindings.js"));
  bindings.initSync({ module: readFileSync(join(root, "pkg/notion_edge_bindings_bg.wasm")) });
  const { CircuitBreaker, ProgressEstimator, RateLimiter } = bindings;

  const limiter = new RateLimiter(2);
  limiter.start(1_000);
  limiter.start(2_000);
  assert.equal(limiter.nextStart(), 61_000);
  limiter.pause(90_000);
  assert.equal(limiter.nextStart(), 90_000);

  const breaker = new CircuitBreaker(2, 1_000);
  breaker.failed(0);
  assert.equal(breaker.allows(0), true);
  breaker.failed(0);
  assert.deepEqual([breaker.allows(999), breaker.openUntil], [false, 1_000]);
  assert.deepEqual([breaker.allows(1_000), breaker.allows(1_000)], [true, false]);
  breaker.answered(1_001);
  assert.deepEqual([breaker.allows(1_001), breaker.openUntil], [true, undefined]);

  const estimator = new ProgressEstimator();
  assert.equal(estimator.estimate(100), undefined);
  for (let done = 1; done <= 100; done += 1) estimator.observe(done * 1_000, done, 200 - done);
  const { low, seconds, high } = estimator.estimate(100);
  assert.ok(low <= seconds && seconds <= high && Math.abs(seconds - 100) < 5, `${low} ${seconds} ${high}`);
});

test("blocks are rendered without a document", async () => {
  const { initSync, renderBlocks } = await import(join(root, "pkg/notion_edge_bindings.js"));
  initSync({ module: readFileSync(join(root, "pkg/notion_edge_bindings_bg.wasm")) });
  const render = (/** @type {string} */ blocks) => renderBlocks(Buffer.from(blocks));
  assert.equal(render('[{"type":"divider","divider":{}}]').html, '<hr class="ne-divider">');
  assert.equal(render("[]").html, "");
  for (const blocks of ["", '{"object":"list"}']) assert.throws(() => render(blocks), /pass a JSON array/);
});

test("bad configuration names every problem and no value", async () => {
  const { initSync, Engine } = await import(join(root, "pkg/notion_edge_bindings.js"));
  initSync({ module: readFileSync(join(root, "pkg/notion_edge_bindings_bg.wasm")) });
  const variables = Buffer.from(JSON.stringify({ NOTION_TOKEN: "ntn_x", RATE_LIMIT: "sometimes" }));
  assert.throws(() => new Engine(variables, "run", Date.now()), /UPSTASH_REDIS_REST_URL.*RATE_LIMIT(?!.*sometimes)/);
});

/**
 * Performs effects until the run is over; gives its outcome.
 * @param {any} engine
 * @param {Record<string, string>} vars
 */
async function drive(engine, vars) {
  /** @type {Map<number, Promise<void>>} */
  const inFlight = new Map();
  for (;;) {
    /** @type {Step} */
    const step = JSON.parse(Buffer.from(engine.poll(Date.now())).toString());
    if ("stop" in step) return step.stop;
    if ("start" in step) {
      const [ticket, effect] = step.start;
      inFlight.set(
        ticket,
        perform(engine, ticket, effect, vars).finally(() => inFlight.delete(ticket)),
      );
    } else {
      const waiting = new AbortController();
      const until = step.wait === null ? [] : [later(step.wait, waiting.signal)];
      await Promise.race([...inFlight.values(), ...until]);
      waiting.abort();
    }
  }
}

/** @param {number} instant @param {AbortSignal} signal */
function later(instant, signal) {
  return sleep(Math.max(0, instant - Date.now()), undefined, { signal }).catch(() => {});
}

/**
 * @param {any} engine
 * @param {number} ticket
 * @param {Effect} effect
 * @param {Record<string, string>} vars
 */
async function perform(engine, ticket, effect, vars) {
  if ("notion" in effect) {
    const { method, path, body, timeout_ms } = effect.notion;
    const answer = await fetch(`${vars.NOTION_BASE_URL}${path}`, {
      method,
      signal: AbortSignal.timeout(timeout_ms),
      headers: {
        authorization: `Bearer ${vars.NOTION_TOKEN}`,
        "notion-version": NOTION_VERSION,
        "content-type": "application/json",
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const bytes = new Uint8Array(await answer.arrayBuffer());
    engine.applyNotion(Date.now(), ticket, answer.status, answer.headers.get("retry-after") ?? undefined, bytes);
  } else {
    const commands = effect.redis;
    const answer = await fetch(`${vars.UPSTASH_REDIS_REST_URL}${commands.length === 1 ? "/" : "/pipeline"}`, {
      method: "POST",
      headers: { authorization: `Bearer ${vars.UPSTASH_REDIS_REST_TOKEN}`, "content-type": "application/json" },
      body: JSON.stringify(commands.length === 1 ? commands[0] : commands),
    });
    const bytes = new Uint8Array(await answer.arrayBuffer());
    engine.applyRedis(Date.now(), ticket, commands.length, answer.status, bytes);
  }
}
