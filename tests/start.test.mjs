/** The command `npm start`, as a person meets it: what it prints, how it ends, and what it leaves behind. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { test } from "node:test";
import { anyPort } from "../local/ports.mjs";
import { processes } from "../local/processes.mjs";
import { folder, gone, npmStart, partsOf, runs, until } from "./harness.mjs";

const RUNS = /the Worker runs at (http\S+)/;
const STAYS = /Ctrl-C ends everything/;

/** @param {import("node:test").TestContext} t @param {string[]} [args] @param {Record<string, string>} [env] */
async function startIn(t, args = [], env) {
  const data = folder(t);
  const port = await anyPort();
  const all = ["--data", data, "--port", String(port), "--rate", "0", ...args];
  return { data, port, all, start: npmStart(t, all, env) };
}

test("once ends after the export with a summary, and leaves no process", async (t) => {
  const { start } = await startIn(t, ["--once"]);
  assert.equal(await start.ended, 0, start.output());
  for (const figure of ["pages", "blocks", "requests", "Redis commands", "seconds"]) {
    assert.match(start.output(), new RegExp(`^  ${figure} +(?!0$)[0-9.]+$`, "m"));
  }
  assert.match(start.output(), /^ {2}errors +0$/m);
});

test("it stays up, serves a page at the address it prints, and ends with Ctrl-C", async (t) => {
  const { data, start } = await startIn(t);
  const address = (await start.prints(/a page +(http\S+)/))[1] ?? "";
  const page = await fetch(address);
  assert.equal(page.status, 200);
  assert.equal(/** @type {{ object: string }} */ (await page.json()).object, "page");
  await start.prints(STAYS);
  const parts = partsOf(data);
  assert.deepEqual([...parts.keys()].sort(), ["gateway", "redis", "sim", "worker"]);
  start.kill("SIGINT");
  assert.equal(await start.ended, 130, start.output());
  assert.deepEqual([...parts.values()].filter(runs), []);
});

test("a second start from the same folder says who has it", async (t) => {
  const { all, start } = await startIn(t);
  const url = (await start.prints(RUNS))[1];
  const second = npmStart(t, all);
  assert.equal(await second.ended, 1);
  assert.match(second.output(), new RegExp(`already runs from this folder at ${url} \\(process ${start.pid}\\)`));
});

test("a port that was asked for and is taken ends the start with one sentence", async (t) => {
  const taken = createServer().listen(0, "127.0.0.1");
  t.after(() => taken.close());
  await once(taken, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (taken.address());
  const start = npmStart(t, ["--data", folder(t), "--port", String(port)]);
  assert.equal(await start.ended, 1);
  assert.match(start.output(), new RegExp(`^. port ${port} cannot be used: .*$`, "m"));
});

test("two folders run side by side, each at a free port of its own", async (t) => {
  const [one, two] = [npmStart(t, ["--data", folder(t)]), npmStart(t, ["--data", folder(t)])];
  const urls = [(await one.prints(RUNS))[1], (await two.prints(RUNS))[1]];
  assert.notEqual(urls[0], urls[1]);
});

test("an option that does not exist ends the start with the usage", async (t) => {
  const start = npmStart(t, ["--onec"]);
  assert.equal(await start.ended, 1);
  assert.match(start.output(), /--onec.*\n\nusage: npm start/);
});

test("a configuration that the Worker refuses ends the start with what is wrong", async (t) => {
  const { start } = await startIn(t, [], { RATE_LIMIT: "many" });
  assert.equal(await start.ended, 1, start.output());
  assert.match(start.output(), /RATE_LIMIT/);
});

test("SIGKILL of the start leaves no process behind", async (t) => {
  const { data, start } = await startIn(t);
  await start.prints(STAYS);
  const parts = partsOf(data);
  start.kill("SIGKILL");
  await gone(parts.values());
});

for (const name of ["worker", "redis"]) {
  test(`when ${name} is killed the rest ends, and the next start goes on`, async (t) => {
    const { data, all, start } = await startIn(t);
    await start.prints(STAYS);
    const parts = partsOf(data);
    const pid = /** @type {number} */ (parts.get(name));
    process.kill(name === "worker" ? workerd(pid) : pid, "SIGKILL");
    assert.equal(await start.ended, 1);
    assert.match(start.output(), new RegExp(`${name} died \\(`));
    await gone(parts.values());

    const next = npmStart(t, [...all, "--once"]);
    assert.equal(await next.ended, 0, next.output());
    assert.match(next.output(), /is complete/);
  });
}

test("what a start and its guard left behind is ended by the next start", async (t) => {
  const { data, all, start } = await startIn(t);
  await start.prints(STAYS);
  const parts = partsOf(data);
  for (const pid of children(start.pid)) if (![...parts.values()].includes(pid)) process.kill(pid, "SIGKILL");
  start.kill("SIGKILL");
  await start.ended;
  const worker = /** @type {number} */ (parts.get("worker"));
  process.kill(worker, "SIGKILL");
  await until(() => (children(start.pid).length === 0 ? true : undefined), "the children to be adopted");
  assert.ok([...parts.values()].every(runs), "something of each part is left, or this test proves nothing");

  const next = npmStart(t, [...all, "--once"]);
  assert.equal(await next.ended, 0, next.output());
  assert.deepEqual([...parts.values()].filter(runs), []);
});

/** @param {number} pid */
function children(pid) {
  return processes().flatMap((row) => (row.parent === pid ? [row.pid] : []));
}

/** The runtime under the process that hosts it. @param {number} pid */
function workerd(pid) {
  const [found] = children(pid);
  assert.ok(found);
  return found;
}
