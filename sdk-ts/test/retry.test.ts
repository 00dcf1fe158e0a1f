/** Which failures are tried again, how often, and after what wait. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient } from "../src/index.ts";
import { NetworkError, TimeoutError, UnauthorizedError, UnavailableError } from "../src/errors.ts";
import { parseRetryAfter, pause, retryDelay } from "../src/retry.ts";
import { hangUp, json, problem, serve } from "./server.ts";

const STATUS = { state: "complete" };
const away = problem(503, "the store does not answer", { "retry-after": "0" });

test("what may pass is tried again", async (t) => {
  for (const reply of [away, problem(429, "slow down"), problem(502, "bad gateway"), hangUp]) {
    const { url, asked } = await serve(t, reply, reply, json(STATUS));
    assert.deepEqual(await createClient({ url }).getStatus(), STATUS);
    assert.equal(asked.length, 3);
  }
});

test("what will not pass is not tried again", async (t) => {
  for (const status of [400, 401, 403, 404, 500]) {
    const { url, asked } = await serve(t, problem(status, "no"));
    await assert.rejects(createClient({ url }).getStatus());
    assert.equal(asked.length, 1, `${status}`);
  }
});

test("tries are counted", async (t) => {
  for (const retry of [0, 1, 3]) {
    const { url, asked } = await serve(t, away);
    await assert.rejects(createClient({ url, retry }).getStatus(), { name: "UnavailableError" });
    assert.equal(asked.length, retry + 1);
  }
});

test("a wait beyond the time limit is not begun", async (t) => {
  const { url, asked } = await serve(t, problem(503, "away", { "retry-after": "3600" }));
  await assert.rejects(createClient({ url }).getStatus(), { name: "UnavailableError", retryAfterMs: 3_600_000 });
  assert.equal(asked.length, 1);
});

test("an abort ends a wait, and comes before one that has not begun", async () => {
  const controller = new AbortController();
  const waiting = pause(60_000, controller.signal);
  controller.abort(new Error("the reader left"));
  await assert.rejects(waiting, /the reader left/);
  await assert.rejects(pause(60_000, controller.signal), /the reader left/);
});

test("waits grow, are spread over their whole length, and never undercut what was asked for", () => {
  const failed = new NetworkError("away");
  assert.deepEqual(
    [1, 2, 3].map((failures) => retryDelay(failed, failures, 1)),
    [250, 500, 1000],
  );
  assert.equal(retryDelay(failed, 3, 0), 0);
  assert.equal(retryDelay(new UnavailableError("away", { status: 503, retryAfterMs: 5000 }), 1, 0.5), 5125);
  assert.equal(retryDelay(new UnavailableError("bad configuration", { status: 500 }), 1, 0.5), undefined);
  for (const error of [new TimeoutError("late"), new UnauthorizedError("no"), new Error("other")]) {
    assert.equal(retryDelay(error, 1, 0.5), undefined);
  }
});

test("Retry-After is read as seconds and as a date", () => {
  const now = Date.parse("2026-11-20T10:00:00Z");
  assert.equal(parseRetryAfter("5", now), 5000);
  assert.equal(parseRetryAfter("Fri, 20 Nov 2026 10:00:07 GMT", now), 7000);
  assert.equal(parseRetryAfter("Fri, 20 Nov 2026 09:00:00 GMT", now), 0);
  assert.equal(parseRetryAfter("soon", now), undefined);
  assert.equal(parseRetryAfter(null, now), undefined);
});
