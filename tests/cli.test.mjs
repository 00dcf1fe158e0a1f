/** The command `notion-edge` as a person runs it, over the whole stack: the sim, the gateway, Redis, the Worker in workerd. */
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { parse } from "smol-toml";
import { start } from "../bench/measure.mjs";
import { buildSdk } from "../local/build.mjs";
import { binary } from "../local/parts.mjs";
import { folder, root, stackFor, storeOf, until } from "./harness.mjs";
import { truth } from "./oracle.mjs";

/** @typedef {import("node:test").TestContext} TestContext */
/** @typedef {import("../local/stack.mjs").Stack} Stack */

const TOKENS = {
  ACCESS: "private",
  READ_TOKENS: "secret-of-readers",
  PREVIEW_TOKENS: "secret-of-previews",
  ADMIN_TOKENS: "secret-of-admins",
};
const SECRETS = /secret-of-|ntn_demo/;

/**
 * Begins a command with the variables of the stack, in an empty folder.
 * @param {TestContext} t
 * @param {Record<string, string>} vars
 * @param {string[]} args
 */
function begin(t, vars, args) {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, [join(root, "sdk-ts/dist/cli/main.js"), ...args], {
    cwd: folder(t),
    env: { PATH, HOME, ...vars },
  });
  let [out, err] = ["", ""];
  child.stdout.on("data", (chunk) => (out += chunk));
  child.stderr.on("data", (chunk) => (err += chunk));
  /** @type {Promise<number | string>} */
  const ended = new Promise((resolve) => child.once("close", (code, signal) => resolve(signal ?? code ?? "")));
  t.after(() => {
    child.kill("SIGKILL");
    return ended;
  });
  return { child, ended, out: () => out, err: () => err };
}

/** Runs a command to its end. @param {TestContext} t @param {Record<string, string>} vars @param {string[]} args */
async function perform(t, vars, ...args) {
  const { ended, out, err } = begin(t, vars, args);
  const code = await ended;
  assert.doesNotMatch(out() + err(), SECRETS, args.join(" "));
  return { code, out: out(), err: err() };
}

/** @param {Stack} stack @param {object} change */
async function edit(stack, change) {
  const answer = await fetch(`${stack.sim?.address}/_sim/changes`, { method: "POST", body: JSON.stringify(change) });
  assert.equal(answer.status, 200);
}

test("an export that finds nothing asks whether anything is shared", async (t) => {
  await buildSdk();
  const stack = await stackFor(t, { vars: TOKENS });
  const sim = await start(binary("notion-sim"), ["--port", "0", "--without-demo"], { ready: /listening on (\S+)/ });
  t.after(() => sim.stop());
  const vars = { ...stack.vars, NOTION_BASE_URL: sim.found, NOTION_EDGE_URL: stack.worker.url };
  for (const command of ["export", "status"]) {
    const { code, out } = await perform(t, vars, command);
    assert.equal(code, 0, out);
    assert.match(out, /is anything shared with the connection, and in ROOTS\?/, command);
  }
});

test("a workspace is exported from here, looked at, followed, and brought up to date page by page", async (t) => {
  await buildSdk();
  const stack = await stackFor(t, { vars: TOKENS });
  /** @type {Record<string, string>} */
  const vars = { ...stack.vars, NOTION_EDGE_URL: stack.worker.url };
  const pages = await truth(stack);

  const before = await perform(t, vars, "status");
  assert.deepEqual([before.code, before.out.split("\n")[0]], [0, "state     empty"]);
  const exported = await perform(t, vars, "export");
  assert.deepEqual([exported.code, exported.err], [0, ""]);
  assert.match(exported.out, new RegExp(`^✓ export 1 is complete .*\n  ${pages.length} pages and `));
  const changes = await perform(t, vars, "export", "changes", "--json");
  assert.equal(JSON.parse(changes.out).state, "complete");
  const { out } = await perform(t, vars, "status", "--json");
  assert.equal(JSON.parse(out).pages, pages.length);

  const listed = await perform(t, vars, "list", "--json");
  const all = listed.out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.deepEqual(all.map(({ id }) => id).sort(), pages.map(({ id }) => id).sort());
  const [page] = pages;
  assert.ok(page);
  const { path } = all.find(({ id }) => id === page.id);
  assert.equal((await perform(t, vars, "get", path, "--field", "title")).out, `${page.title}\n`);
  assert.equal((await perform(t, vars, "get", "/no/such")).code, 1);

  const there = await perform(t, vars, "why", path);
  assert.deepEqual([there.code, there.out.slice(0, 8)], [0, "✓ served"]);
  const missing = await perform(t, vars, "why", "/no/such", "--json");
  assert.deepEqual([missing.code, JSON.parse(missing.out).reason], [1, "unknown"]);
  const looked = await perform(t, vars, "doctor", "--json");
  const findings = looked.out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  // The trigger has not fired: this was exported from here.
  assert.deepEqual(
    findings.filter(({ status }) => status === "problem").map(({ check }) => check),
    ["cron"],
    looked.out,
  );
  assert.equal(looked.code, 1);

  const json = begin(t, vars, ["tail", "--json", "--no-exports"]);
  const text = begin(t, vars, ["tail"]);
  // Where they begin is known once the stream is asked for; what happens before would be missed.
  await edit(stack, { type: "append_paragraph", parent: page.id, text: "first" });
  const first = await until(async () => {
    await perform(t, vars, "sync", page.id);
    await edit(stack, { type: "append_paragraph", parent: page.id, text: "again" });
    return json.out() && text.out().includes("page.updated") ? json.out().split("\n")[0] : undefined;
  }, "an event in both");
  assert.deepEqual([JSON.parse(first).type, JSON.parse(first).data.id], ["page.updated", page.id]);
  assert.match(text.out(), new RegExp(`page\\.updated +${page.id} v\\d+ ${path}\n`));
  for (const tail of [json, text]) {
    tail.child.kill("SIGINT");
    assert.deepEqual([await tail.ended, tail.err()], [130, ""]);
  }

  const synced = await perform(t, vars, "sync", path, "--json");
  assert.equal(synced.code, 0, synced.err);
  const found = JSON.parse(synced.out);
  assert.deepEqual([found.id, found.path, found.public], [page.id, path, false]);
  assert.ok(found.version > pages.length && found.seconds >= found.export_seconds, synced.out);
  assert.ok(found.seconds_from_edit[0] <= found.seconds_from_edit[1], synced.out);
  const markdown = await perform(t, vars, "get", path, "--markdown");
  assert.match(markdown.out, /again\n$/);
  const current = await perform(t, vars, "sync", `https://www.notion.so/Page-${page.id.replaceAll("-", "")}`);
  assert.match(current.out, /is as it was: readers with a token have what Notion has/);
  const address = `https://www.notion.so/Page-${page.id.replaceAll("-", "")}?pvs=4`;
  assert.match((await perform(t, vars, "export", "page", address)).out, /^✓ export \d+ is complete/);
  const nowhere = await perform(t, vars, "sync", "00000000-0000-4000-8000-000000000000");
  assert.equal(nowhere.code, 1);
  assert.match(nowhere.err, /not found, or not shared/);

  assert.match((await perform(t, vars, "purge", "lists")).out, /^✓ forgot lists/);
  const { ADMIN_TOKENS, ...without } = vars;
  assert.equal((await perform(t, without, "purge")).code, 4);
  /** @type {[Record<string, string>, number, RegExp][]} */
  const wrong = [
    [{ UPSTASH_REDIS_REST_TOKEN: "other" }, 4, /redis refuses the token/],
    [{ NOTION_TOKEN: "other" }, 4, /notion refuses NOTION_TOKEN/],
    [{ UPSTASH_REDIS_REST_URL: "http://127.0.0.1:1" }, 3, /redis gives no answer/],
    [{ RATE_LIMIT: "often" }, 2, /RATE_LIMIT is not a rate/],
  ];
  for (const [given, code, message] of wrong) {
    const ended = await perform(t, { ...vars, ...given }, "export");
    assert.equal(ended.code, code, ended.err);
    assert.match(ended.err, message);
  }
});

test("Ctrl-C ends an export with 130, and leaves no lease and no order behind", async (t) => {
  await buildSdk();
  const stack = await stackFor(t, { sim: { pages: 300 } });
  const store = storeOf(t, stack);
  const running = begin(t, stack.vars, ["export"]);
  await until(async () => (Number(await store.get("notion:version")) > 5 ? true : undefined), "the first pages");
  running.child.kill("SIGINT");
  assert.equal(await running.ended, 130);
  assert.equal(running.err(), "✗ cancelled: what was written stays\n");
  const held = Number(await store.hget("notion:export:lease", "until"));
  assert.ok(held <= Date.now(), `the lease is held until ${held}`);
  const { code, out } = await perform(t, stack.vars, "export", "changes", "--json");
  assert.equal(code, 0);
  assert.equal(JSON.parse(out).job, "changes");
});

test("an export that waits for Notion tells meanwhile how far it is", async (t) => {
  await buildSdk();
  const stack = await stackFor(t);
  const running = begin(t, { ...stack.vars, RATE_LIMIT: "30/min" }, ["export"]);
  const told = await until(async () => /^1\d s: .*/m.exec(running.err())?.[0], "a line");
  assert.match(told, /^1\d s: \d+ pages?, \d+ waiting/);
  running.child.kill("SIGINT");
  assert.equal(await running.ended, 130);
});

test("a shell is told commands, options and what an argument may be", async (t) => {
  await buildSdk();
  const words = async (/** @type {string[]} */ ...typed) => (await perform(t, {}, "complete", "--", ...typed)).out;
  assert.match(await words("st"), /^status\thow the export is doing$/m);
  assert.match(await words("export", ""), /^all\t\nchanges\t\npage\t\ndatabase\t$/m);
  assert.match(await words("status", "--w"), /^--watch\t/m);
  for (const shell of ["bash", "zsh", "fish"]) {
    const { code, out } = await perform(t, {}, "completion", shell);
    assert.ok(code === 0 && out.includes("notion-edge complete"), shell);
  }
});

test("files of Notion's are copied into a folder", async (t) => {
  await buildSdk();
  const stack = await stackFor(t);
  const files = join(folder(t), "public/v1/files");
  const { code } = await perform(t, stack.vars, "export", "all", "--files", files);
  assert.deepEqual([code, readdirSync(files).length >= 8], [0, true]);
});

test("what init writes is the configuration of this repository, and wrangler deploys it as it is", async (t) => {
  await buildSdk();
  const stack = await stackFor(t);
  const project = folder(t);
  mkdirSync(join(project, "node_modules"));
  symlinkSync(join(root, "sdk-ts"), join(project, "node_modules/notion-edge"));
  const command = join(root, "sdk-ts/dist/cli/main.js");
  const run = promisify(execFile);
  const env = { ...process.env, ...stack.vars, WRANGLER_SEND_METRICS: "false" };
  await run(process.execPath, [command, "init", "--yes"], { cwd: project, env });
  const read = (/** @type {string} */ path) => parse(readFileSync(path, "utf8"));
  const { main, vars, ...written } = read(join(project, "wrangler.toml"));
  const { main: built, build, vars: ours, ...wanted } = read(join(root, "wrangler.toml"));
  assert.deepEqual(written, wanted);
  const { stdout } = await run(join(root, "node_modules/.bin/wrangler"), ["deploy", "--dry-run"], {
    cwd: project,
    env,
  });
  for (const part of ["exporter.js", "exporter_bg.wasm", "reader.js", "reader_bg.wasm"])
    assert.ok(stdout.includes(part), stdout);
});

test("webhook says what to do in Notion, waits for its token, and then when Notion last told of a change", async (t) => {
  await buildSdk();
  const stack = await stackFor(t, { vars: TOKENS });
  const vars = { NOTION_EDGE_URL: stack.worker.url, ADMIN_TOKENS: TOKENS.ADMIN_TOKENS };
  const waiting = begin(t, vars, ["webhook"]);
  await until(() => /create a subscription/.exec(waiting.err()) ?? undefined, "what to do first");
  assert.match(waiting.err(), new RegExp(`with the URL ${stack.worker.url}/v1/webhook\n`));
  assert.match((await perform(t, vars, "webhook", "--json")).out, /"verification_token": null/);
  const subscription = { url: `${stack.worker.url}/v1/webhook`, token: "of-the-subscription" };
  const begun = await fetch(`${stack.sim?.address}/_sim/webhook`, {
    method: "POST",
    body: JSON.stringify(subscription),
  });
  assert.equal(begun.status, 200, await begun.text());
  assert.equal(await waiting.ended, 0, waiting.err());
  assert.match(waiting.out(), /\n {3}of-the-subscription\n.*\n {3}npx wrangler secret put WEBHOOK_TOKENS\n$/);
  assert.equal((await perform(t, { ...vars, ADMIN_TOKENS: "other" }, "webhook")).code, 4);

  const set = await stackFor(t, { vars: { ...TOKENS, WEBHOOK_TOKENS: subscription.token } });
  const url = set.worker.url;
  const now = { ...vars, NOTION_EDGE_URL: url };
  assert.match((await perform(t, now, "webhook")).out, /Notion has not told of anything yet/);
  await fetch(`${set.sim?.address}/_sim/webhook`, {
    method: "POST",
    body: JSON.stringify({ ...subscription, url: `${url}/v1/webhook` }),
  });
  const [page] = await truth(set);
  await edit(set, { type: "append_paragraph", parent: page?.id, text: "told" });
  const told = async () => /last .* ago/.exec((await perform(t, now, "webhook")).out) ?? undefined;
  await until(told, "that Notion told of the edit");
});
