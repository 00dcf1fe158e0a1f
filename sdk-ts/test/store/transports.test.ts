/** Clients with options that change requests or replies: every case passes all the same, or the client is refused. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { before, describe, test } from "node:test";
import { Redis as Upstash } from "@upstash/redis";
import { Redis as Ioredis } from "ioredis";
import { RESP_TYPES, createClient, createClientPool } from "redis";
import { type Transport, createConnections, createStore, ioredis, nodeRedis, upstash } from "../../src/store/index.ts";
import { json, serve } from "../server.ts";
import { conformance } from "./conformance.ts";
import { ending, gateway, ioredisTo, programs, startServer } from "./servers.ts";

const [program = "redis-server"] = programs;
const STRUCTURES = ["kv", "index", "stream", "resource"];
const HTTP = { enableTelemetry: false, retry: { retries: 0 } };
const BUFFERS = { [RESP_TYPES.BLOB_STRING]: Buffer, [RESP_TYPES.SIMPLE_STRING]: Buffer };
const ODD = { ...BUFFERS, [RESP_TYPES.NUMBER]: String, [RESP_TYPES.DOUBLE]: String, [RESP_TYPES.ARRAY]: Set };

let port: number;
let http: { url: string; token: string };
before(async () => {
  port = await startServer(program);
  http = await gateway(port);
});

const variants: Record<string, () => Transport> = {
  "upstash with auto-pipelining": () => upstash(new Upstash({ ...http, ...HTTP, enableAutoPipelining: true })),
  "upstash that leaves replies as they are": () =>
    upstash(new Upstash({ ...http, ...HTTP, automaticDeserialization: false, enableAutoPipelining: false })),
  "upstash without base64": () => upstash(new Upstash({ ...http, ...HTTP, responseEncoding: false })),
  "ioredis that speaks RESP3": () => ofIoredis({ protocol: 3, replyMapping: "resp3" }),
  "ioredis with auto-pipelining": () => ofIoredis({ enableAutoPipelining: true, showFriendlyErrorStack: true }),
  "node-redis that speaks RESP2": () => ofNodeRedis({ RESP: 2 }),
  "node-redis that speaks RESP3, with types of its own": () =>
    ofNodeRedis({ RESP: 3, commandOptions: { typeMapping: ODD } }),
  "node-redis with a keyPrefix, which it adds to no raw command": () => ofNodeRedis({ keyPrefix: "other:" }),
};

for (const [name, make] of Object.entries(variants)) {
  describe(name, () => {
    let transport: Transport;
    before(() => void (transport = make()));
    for (const structure of STRUCTURES) conformance(structure, () => transport);
  });
}

describe("a server that is as strict as Upstash", () => {
  let transport: Transport;
  before(async () => void (transport = await strict()));
  for (const structure of STRUCTURES) conformance(structure, () => transport);
});

test("Upstash is known by its host, and every other server is one of Redis", async () => {
  const at = (url: string, options = {}) => upstash(new Upstash({ ...HTTP, url, token: "t" }), options).dialect;
  assert.equal(at("https://eu1-a-1.upstash.io"), "upstash");
  assert.equal(at("https://upstash.io.example.com"), undefined);
  assert.equal(at("https://example.com/upstash.io"), undefined);
  assert.equal(at("https://redis.example.com", { dialect: "upstash" }), "upstash");
  assert.equal(at("https://a.upstash.io", { dialect: "redis" }), "redis");
  const lazy = { host: "a.upstash.io", lazyConnect: true };
  assert.equal(ioredis(new Ioredis(lazy)).dialect, "upstash");
  assert.equal(nodeRedis(createClient({ socket: { host: "a.upstash.io" } })).dialect, "upstash");
  assert.equal(nodeRedis(createClient({ url: "rediss://a.upstash.io:6379" })).dialect, "upstash");
  const named = createConnections();
  named.set("main", async () => upstash(new Upstash({ ...HTTP, url: "https://a.upstash.io", token: "t" })));
  assert.equal(await named.get("main").dialect, "upstash");
});

test("a client that is not wrapped, or wrapped for another one, is refused at once", async () => {
  const unsupported = { name: "UnsupportedArgumentError" };
  const io = new Ioredis(port, "127.0.0.1", { lazyConnect: true });
  const node = createClient({ socket: { port, host: "127.0.0.1" } });
  const up = new Upstash({ ...http, ...HTTP });
  for (const client of [io, node, up, undefined]) {
    assert.throws(() => createStore({ transport: client as never }), unsupported);
    const named = createConnections();
    named.set("main", () => client as never);
    await assert.rejects(named.get("main").send(["PING"], ""), unsupported);
    if (client !== io) assert.throws(() => ioredis(client as never), unsupported);
    if (client !== node) assert.throws(() => nodeRedis(client as never), unsupported);
    if (client !== up) assert.throws(() => upstash(client as never), unsupported);
  }
  const pool = createClientPool({ socket: { port, host: "127.0.0.1" } });
  ending(() => pool.close());
  const pooled = createStore({ transport: nodeRedis(pool as never) });
  await pooled.kv.set("pooled", 1);
  await assert.rejects(
    pooled.resource("a").subscribe(() => {}),
    unsupported,
  );
});

test("what a client says of an aborted request is no reply", async () => {
  const aborted = new AbortController();
  aborted.abort("enough");
  const store = createStore({ transport: upstash(new Upstash({ ...http, ...HTTP, signal: aborted.signal })) });
  await assert.rejects(store.kv.set("aborted", 1), { name: "NetworkError" });
  const each = new Upstash({ ...http, ...HTTP, signal: () => aborted.signal });
  await assert.rejects(createStore({ transport: upstash(each) }).kv.set("aborted", 1), { name: "NetworkError" });
  assert.equal(await createStore({ transport: ioredisTo(port) }).kv.get("aborted"), undefined);
});

test("what gives neither a result nor an error is no Redis", async (t) => {
  const { url } = await serve(t, json({}));
  const store = createStore({ transport: upstash(new Upstash({ ...HTTP, url, token: "t" })) });
  await assert.rejects(store.kv.get("a"), { name: "NetworkError", message: /look at the url/ });
  await assert.rejects(store.resource("a").list(), { name: "NetworkError" });
});

function ofIoredis(options: object): Transport {
  const client = new Ioredis(port, "127.0.0.1", { lazyConnect: true, ...options });
  ending(() => client.disconnect());
  return ioredis(client);
}

function ofNodeRedis(options: object): Transport {
  const client = createClient({ ...options, socket: { port, host: "127.0.0.1" } });
  client.on("error", () => {});
  ending(() => client.isOpen && client.destroy());
  return nodeRedis(client as never);
}

/** Stops a script at a key that is not among KEYS. */
const GUARD = `
local declared = {}
for _, key in ipairs(KEYS) do declared[key] = true end
local function check(command, key) if command ~= 'TIME' and not declared[key] then error('undeclared key') end end
local redis = setmetatable({
  call = function(...) check(...) return redis.call(...) end,
  pcall = function(...) check(...) return redis.pcall(...) end,
}, {__index = redis})
`;

/** Knows scripts by the digest of the text that it was sent, which has to say that it locks its keys, and touches no others. */
async function strict(): Promise<Transport> {
  const redis = ioredisTo(port);
  const known = new Map<string, string>();
  const perform = async ([command = "", script = "", ...rest]: string[]) => {
    if (!command.startsWith("EVAL")) return redis.send([command, script, ...rest], "");
    const readsOnly = command.endsWith("_RO");
    if (command.startsWith("EVAL") && !command.startsWith("EVALSHA")) {
      const [line] = script.split("\n", 1);
      assert.equal(line, readsOnly ? "#!lua flags=no-writes,allow-key-locking" : "#!lua flags=allow-key-locking");
      known.set(createHash("sha1").update(script).digest("hex"), script.slice(line?.length));
    } else if (!known.has(script)) throw new Error("NOSCRIPT No matching script. Please use EVAL.");
    const digest = command.startsWith("EVALSHA") ? script : createHash("sha1").update(script).digest("hex");
    return redis.send([readsOnly ? "EVAL_RO" : "EVAL", GUARD + known.get(digest), ...rest], "");
  };
  const { url } = await serve({ after: ending }, async (response, request) => {
    let body = "";
    for await (const chunk of request.setEncoding("utf8")) body += String(chunk);
    const answer = await perform(JSON.parse(body)).then(
      (result) => ({ result }),
      (error: Error) => ({ error: error.message }),
    );
    response.writeHead("error" in answer ? 400 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(answer));
  });
  return upstash(new Upstash({ ...HTTP, url, token: "t", responseEncoding: false }), { dialect: "upstash" });
}
