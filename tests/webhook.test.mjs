/** What Notion tells a Worker in workerd to have changed is there for readers at once: no trigger fires here, and nothing polls. */
import assert from "node:assert/strict";
import { createHmac, randomUUID } from "node:crypto";
import { test } from "node:test";
import { verifyWebhookSignature } from "@notionhq/client";
import { exportAll } from "../local/cron.mjs";
import { stackFor, until } from "./harness.mjs";
import { truth } from "./oracle.mjs";

/** @typedef {import("../local/stack.mjs").Stack} Stack */

const TOKEN = "secret_of_the_subscription";
const ADMIN = { authorization: "Bearer admin" };
const nothing = () => {};

test("an edit that Notion tells of is read by the run that follows, and by no search", async (t) => {
  const stack = await stackFor(t, { vars: { WEBHOOK_TOKENS: `other,${TOKEN}`, ADMIN_TOKENS: "admin" } });
  await exportAll(stack.worker, nothing);
  const [page] = await truth(stack);
  assert.ok(page);
  const before = await requestsTo(stack);
  await change(stack, { type: "set_title", page: page.id, title: "Told by Notion" });
  const event = eventOf("page.properties_updated", { id: page.id, type: "page" });
  assert.deepEqual(await deliver(stack, event), [200, { queued: 1 }]);
  const read = async () => /** @type {any} */ (await (await fetch(`${stack.worker.url}/v1/pages/${page.id}`)).json());
  await until(async () => (await read()).title === "Told by Notion" || undefined, "the title of after the edit");
  assert.deepEqual(await deliver(stack, event), [200, { queued: 0 }]);
  const after = await until(async () => settled(stack), "the end of the runs");
  assert.equal(after.pages ?? 0, (before.pages ?? 0) + 1, JSON.stringify([before, after]));
  assert.ok(before.search);
  assert.equal(after.search, before.search);

  const { last_event_at, ...state } = await webhookOf(stack);
  assert.deepEqual(state, { is_set: true, verification_token: null, received_at: null });
  assert.ok(Date.now() - Date.parse(last_event_at) < 60_000, last_event_at);
});

test("only what Notion has signed is believed, and nobody can send much", async (t) => {
  const stack = await stackFor(t, { vars: { WEBHOOK_TOKENS: TOKEN, ADMIN_TOKENS: "admin" } });
  const event = eventOf("page.deleted", { id: randomUUID(), type: "page" });
  const text = JSON.stringify(event);
  for (const signature of [
    undefined,
    "",
    "sha256=",
    `sha256=${"0".repeat(64)}`,
    signed(`${text} `),
    signed(text, "other"),
  ]) {
    assert.equal((await post(stack, text, signature))[0], 401, signature);
  }
  assert.equal((await post(stack, "{", signed("{")))[0], 400);
  const long = "x".repeat(300_000);
  assert.equal((await post(stack, long, signed(long)))[0], 400);
  assert.equal((await fetch(`${stack.worker.url}/v1/webhook`)).status, 401);
  // It is what Notion's own client takes for genuine.
  assert.ok(await verifyWebhookSignature({ body: text, signature: signed(text), verificationToken: TOKEN }));
});

test("the token of a handshake waits for an admin until it is set", async (t) => {
  const stack = await stackFor(t, { vars: { ADMIN_TOKENS: "admin" } });
  assert.equal((await webhookOf(stack)).verification_token, null);
  const handshake = JSON.stringify({ verification_token: TOKEN });
  assert.deepEqual(await post(stack, handshake), [200, { queued: 0 }]);
  const { verification_token, received_at } = await webhookOf(stack);
  assert.equal(verification_token, TOKEN);
  assert.ok(Date.now() - Date.parse(received_at) < 60_000, received_at);
  const event = eventOf("page.deleted", { id: randomUUID(), type: "page" });
  assert.equal((await deliver(stack, event))[0], 401);
});

/** @param {string} type @param {{ id: string, type: string }} entity */
function eventOf(type, entity) {
  const timestamp = new Date().toISOString();
  return { id: randomUUID(), timestamp, type, entity, attempt_number: 1, authors: [], data: {} };
}

/** @param {string} text */
function signed(text, token = TOKEN) {
  return `sha256=${createHmac("sha256", token).update(text).digest("hex")}`;
}

/** @param {Stack} stack @param {object} event */
function deliver(stack, event) {
  const text = JSON.stringify(event);
  return post(stack, text, signed(text));
}

/** @param {Stack} stack @param {string} body @param {string} [signature] @returns {Promise<[number, unknown]>} */
async function post(stack, body, signature) {
  const headers = signature === undefined ? undefined : { "x-notion-signature": signature };
  const response = await fetch(`${stack.worker.url}/v1/webhook`, { method: "POST", body, headers });
  return [response.status, await response.json()];
}

/** @param {Stack} stack @returns {Promise<any>} */
async function webhookOf(stack) {
  return (await fetch(`${stack.worker.url}/v1/webhook`, { headers: ADMIN })).json();
}

/** @param {Stack} stack @param {object} what */
async function change(stack, what) {
  const response = await fetch(`${stack.sim?.address}/_sim/changes`, { method: "POST", body: JSON.stringify(what) });
  assert.ok(response.ok, await response.text());
}

/** @param {Stack} stack @returns {Promise<Record<string, number>>} how often Notion was asked for what */
async function requestsTo(stack) {
  const { served } = /** @type {any} */ (await (await fetch(`${stack.sim?.address}/_sim/counters`)).json());
  return served;
}

/** Those, once no run is under way. @param {Stack} stack */
async function settled(stack) {
  const status = await stack.worker.status();
  return status.state === "complete" ? requestsTo(stack) : undefined;
}
