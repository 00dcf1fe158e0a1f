/** Which token opens what; Redis's own list of commands is the oracle of what only reads. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { json, READER, startGateway, TOKEN } from "./harness.mjs";

const gateway = await startGateway({ env: { GATEWAY_TOKENS: `other,${TOKEN}` } });
after(() => gateway.stop());

const redis = gateway.client();
const reader = gateway.client({ token: READER });

/** They list the keys of others, although Redis flags them as reading. */
const ENUMERATE = ["keys", "randomkey", "scan"];
/** They neither read nor write a key. */
const HARMLESS = ["echo", "ping", "time"];

/** @typedef {[name: string, arity: number, flags: string[], ...rest: unknown[]]} Entry */

/** Every command of this Redis with its flags, subcommands among them. */
async function commands() {
  const listed = /** @type {Entry[]} */ (await redis.exec(["COMMAND"]));
  const inside = listed.flatMap((entry) => /** @type {Entry[]} */ (entry[9] ?? []));
  return [...listed, ...inside].map(([name, , flags]) => ({ name, flags }));
}

/** The error for a command with too many arguments of no meaning. @param {string[]} command @param {string} token */
async function errorFor(command, token) {
  const response = await gateway.request("/", { method: "POST", body: JSON.stringify(command), token });
  return /** @type {string | undefined} */ ((await json(response)).error) ?? "";
}

test("no endpoint answers without a token", async () => {
  for (const path of ["/", "/pipeline", "/multi-exec", "/get/k", "/subscribe/c", "/psubscribe/c", "/monitor"]) {
    for (const token of ["", "wrong", `${TOKEN}x`, TOKEN.slice(1)]) {
      const response = await gateway.request(path, { method: "POST", body: '["PING"]', token });
      assert.deepEqual(
        [response.status, await response.json()],
        [401, { error: "WRONGPASS invalid or missing auth token" }],
        `${path} ${token}`,
      );
    }
  }
  await assert.rejects(Promise.resolve(gateway.client({ token: "wrong" }).get("k")), /WRONGPASS/);
});

test("each token of a list opens", async () => {
  assert.equal(await gateway.client({ token: "other" }).ping(), "PONG");
});

test("a read-only token runs exactly what Redis flags as reading, but enumerates nothing", async () => {
  /** @type {string[]} */
  const wrong = [];
  let refused = 0;
  const known = await commands();
  for (const { name, flags } of known) {
    const reads = flags.includes("readonly");
    const expected = (reads && !ENUMERATE.includes(name)) || HARMLESS.includes(name);
    // Whole groups such as XINFO are listed too; what counts is their members.
    if (known.some((other) => other.name.startsWith(`${name}|`))) continue;
    const error = await errorFor([...name.split("|"), ...Array(40).fill("x")], READER);
    const isRefused = /^NOPERM|is not available over HTTP/.test(error);
    if (isRefused === expected) wrong.push(`${name}: ${error}`);
    refused += isRefused ? 1 : 0;
  }
  assert.deepEqual(wrong, []);
  assert.ok(refused > 100, `${refused}`);
});

test("what a read-only token asks for as the client asks", async () => {
  await redis.set("k", "v");
  assert.equal(await reader.get("k"), "v");
  assert.deepEqual(await reader.mget("k", "l"), ["v", null]);
  assert.equal(await reader.evalRo("return redis.call('GET', KEYS[1])", ["k"], []), "v");
  /** @type {Record<string, () => Promise<unknown>>} */
  const refused = {
    set: () => reader.set("k", "w"),
    getdel: () => reader.getdel("k"),
    keys: () => reader.keys("*"),
    scan: () => reader.scan(0),
    eval: () => reader.eval("return 1", [], []),
    publish: () => reader.publish("c", "m"),
    flushall: () => reader.flushall(),
    script: () => reader.scriptLoad("return 1"),
  };
  for (const [name, call] of Object.entries(refused)) {
    await assert.rejects(async () => call(), new RegExp(`NOPERM .*'${name}' command`));
  }
  assert.equal(await redis.get("k"), "v");
});

test("a read-only script can not write, by no way", async () => {
  for (const write of ["'SET','k','w'", "'PUBLISH','c','m'", "'FLUSHALL'"]) {
    const script = `return redis.call(${write})`;
    await assert.rejects(Promise.resolve(reader.evalRo(script, [], [])), /ERR/, write);
    await assert.rejects(Promise.resolve(reader.eval(`#!lua\n${script}`, [], [])), /NOPERM/, write);
  }
});

test("in a read-only pipeline what writes has its error, in a transaction it discards the whole", async () => {
  const [set, get] = await reader.pipeline().set("k", "w").get("k").exec({ keepErrors: true });
  assert.match(String(set.error), /^NOPERM/);
  assert.equal(get.result, "v");
  await assert.rejects(reader.multi().get("k").set("k", "w").exec(), /NOPERM/);
  assert.deepEqual(await reader.multi().get("k").strlen("k").exec(), ["v", 1]);
});
