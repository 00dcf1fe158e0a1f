/** Pub/sub over each transport, and what a subscriber learns when its connection breaks. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { Redis as Upstash } from "@upstash/redis";
import {
  type Listener,
  type Reply,
  type Resource,
  type Transport,
  createStore,
  upstash,
} from "../../src/store/index.ts";
import { inTurn, keepOpen } from "../../src/store/transports/reopen.ts";
import { subscribeBySse } from "../../src/store/transports/sse.ts";
import { type Reply as Answer, json, serve } from "../server.ts";
import {
  clusterTransports,
  ioredisTo,
  nodeRedisTo,
  programs,
  startCluster,
  startServer,
  stopServer,
  transports,
  until,
} from "./servers.ts";

const [program = "redis-server"] = programs;
let all: Record<string, Transport>;
let port: number;

before(async () => {
  const [alone, cluster] = await Promise.all([startServer(program), startCluster(program)]);
  port = alone;
  all = { ...(await transports(port)), ...clusterTransports(cluster) };
});

for (const name of ["upstash", "ioredis", "node-redis", "ioredis cluster", "node-redis cluster"]) {
  test(`${name}: what is published comes, in order, until the subscription ends`, async () => {
    const talk = resource(all[name] as Transport, "a,b");
    const heard: unknown[] = [];
    const end = await talk.subscribe((message) => void heard.push(message));
    const sent = ["plain, with a comma", 'and a\nline "break"', { n: [12345678901234567890n] }, null];
    for (const message of sent) await talk.publish(message);
    await until(() => heard.length === sent.length, "all messages");
    assert.deepEqual(heard, sent);
    await end();
    await end();
    await until(async () => (await talk.publish("gone")) === 0, "the end of the subscription");
    assert.equal(heard.length, sent.length);
  });

  test(`${name}: once is once`, async () => {
    const talk = resource(all[name] as Transport, "once");
    const heard: unknown[] = [];
    const others: unknown[] = [];
    await talk.subscribe((message) => void heard.push(message), { once: true });
    const end = await talk.subscribe((message) => void others.push(message));
    await talk.publish(1);
    await until(() => heard.length === 1, "the first message");
    await talk.publish(2);
    await until(() => others.length === 2, "the second message");
    await end();
    assert.deepEqual(heard, [1]);
  });
}

for (const name of ["upstash", "ioredis", "node-redis", "ioredis cluster", "node-redis cluster"]) {
  test(`${name}: a broken connection is made again, and the gap is told`, async () => {
    const transport = all[name] as Transport;
    const talk = resource(transport, "gap");
    const heard: unknown[] = [];
    let gaps = 0;
    const end = await talk.subscribe((message) => void heard.push(message), { onGap: () => (gaps += 1) });
    await talk.publish("before");
    await until(() => heard.length === 1, "the first message");
    // The gateway lets nobody kill others.
    const nodes = name === "upstash" ? await all["ioredis"]?.nodes() : await transport.nodes();
    await Promise.all(nodes?.map((node) => node.send(["CLIENT", "KILL", "TYPE", "pubsub"])) ?? []);
    await until(() => gaps > 0, "the gap");
    await talk.publish("after");
    await until(() => heard.at(-1) === "after", "the next message");
    assert.equal(gaps, 1);
    await end();
  });
}

test("a stream that ends without a word is opened again, and a server that refuses is told at once", async (t) => {
  const speak =
    (...events: string[]): Answer =>
    (response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.end(events.map((event) => `: ping\n\ndata: ${event}\n\n`).join(""));
    };
  const refused: Answer = (response) => void response.writeHead(401).end();
  const { url, asked } = await serve(
    t,
    speak("subscribe,c,1", "message,c,1"),
    refused,
    speak("subscribe,c,1", "message,c,2,3"),
  );
  const heard: string[] = [];
  let gaps = 0;
  const listener = { message: (text: string) => void heard.push(text), gap: () => void (gaps += 1) };
  const end = await subscribeBySse({ url, authorization: "Bearer t" }, "c", listener);
  await until(() => heard.includes("2,3"), "the second stream");
  await end();
  assert.deepEqual([heard[0], gaps >= 1], ["1", true]);
  assert.ok(asked.length >= 3 && asked.every((it) => it === "POST /subscribe/c"));

  const other = await serve(t, refused);
  await assert.rejects(subscribeBySse({ url: other.url, authorization: "" }, "c", listener), {
    name: "UnauthorizedError",
  });
});

test("a stream that has commented and falls silent is opened again, one that never did is left alone", async (t) => {
  let now = 0;
  t.mock.method(performance, "now", () => now);
  t.mock.method(Math, "random", () => 0);
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const streams: ReadableStreamDefaultController<Uint8Array>[] = [];
  t.mock.method(globalThis, "fetch", async (_: string, { signal }: { signal: AbortSignal }) => {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        streams.push(controller);
        signal.addEventListener("abort", () => controller.error(signal.reason));
      },
    });
    return new Response(body);
  });
  const say = async (text: string, ms: number) => {
    now += ms;
    t.mock.timers.tick(ms);
    streams.at(-1)?.enqueue(new TextEncoder().encode(text));
    await turns();
  };
  const wait = async (ms: number) => {
    now += ms;
    t.mock.timers.tick(ms);
    await turns();
    t.mock.timers.tick(0);
    await turns();
  };
  let gaps = 0;
  const listener = { message: () => {}, gap: () => void (gaps += 1) };
  const subscribed = subscribeBySse({ url: "http://a", authorization: "" }, "c", listener);
  await turns();
  await say(": ok\n\ndata: subscribe,c,1\n\n", 0);
  const end = await subscribed;
  await wait(24 * 3600 * 1000);
  assert.equal(streams.length, 1, "nothing tells that it would have said anything");
  streams.at(-1)?.error(new Error("lost"));
  await wait(0);
  await say("data: subscribe,c,1\n\n", 0);
  await say(": ping\n\n", 30_000);
  await say(": ping\n\n", 30_000);
  await wait(89_000);
  assert.equal(streams.length, 2, "it has missed two comments, which may be late");
  await wait(2000);
  assert.equal(streams.length, 3, "it is opened again");
  await say("data: subscribe,c,1\n\n", 0);
  assert.equal(gaps, 2);
  await end();
});

test("upstash: a refused subscription says why", async (t) => {
  const answers: [object | string, number, object][] = [
    [{ error: "NOPERM no permissions" }, 400, { name: "RedisError", code: "NOPERM" }],
    [{ error: "ERR redis is away: x; nothing was run" }, 503, { name: "NetworkError", message: /redis is away/ }],
    [{}, 502, { name: "NetworkError", message: /answered with 502/ }],
  ];
  for (const [body, status, error] of answers) {
    const { url } = await serve(t, json(body, status));
    const transport = upstash(new Upstash({ url, token: "t", enableTelemetry: false }));
    await assert.rejects(
      resource(transport, "refused").subscribe(() => {}),
      error,
    );
  }
});

test("connections that last are opened again soon, and those of a server that hangs up at once ever later", async (t) => {
  t.mock.method(Math, "random", () => 1);
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let now = 0;
  t.mock.method(performance, "now", () => now);
  /** The pauses before the next four connections of a server whose connections last so long. */
  const pausesOf = async (lastsMs: number) => {
    let hangUp = () => {};
    let opened = 0;
    const open = async () => {
      opened += 1;
      return { ended: new Promise<void>((resolve) => (hangUp = resolve)) };
    };
    const end = await keepOpen(open, () => {});
    const pauses: number[] = [];
    for (let round = 2; round <= 5; round += 1) {
      now += lastsMs;
      hangUp();
      await turns();
      const from = now;
      while (opened < round) {
        now += 10;
        t.mock.timers.tick(10);
        await turns();
      }
      pauses.push(now - from);
    }
    const ended = end();
    hangUp();
    await ended;
    return pauses;
  };
  assert.deepEqual(await pausesOf(400), [250, 250, 250, 250]);
  assert.deepEqual(await pausesOf(0), [250, 500, 1000, 2000]);
});

test("nothing that listens for the end of a subscription outlives its connection", async (t) => {
  t.mock.method(Math, "random", () => 0);
  const signals: AbortSignal[] = [];
  let hangUp = () => {};
  const open = async (signal: AbortSignal) => {
    signals.push(signal);
    if (signals.length === 2) throw new Error("away");
    return {
      ended: new Promise<void>((resolve) => {
        hangUp = resolve;
        signal.addEventListener("abort", () => resolve());
      }),
    };
  };
  const end = await keepOpen(open, () => {});
  hangUp();
  await until(() => signals.length === 3, "the third connection");
  await end();
  assert.equal(new Set(signals).size, 3);
  assert.deepEqual(
    signals.map(({ aborted }) => aborted),
    [false, false, true],
  );
});

test("a node that is gone is tried again after all others", () => {
  const next = inTurn();
  for (let round = 0; round < 5; round += 1) {
    assert.equal(new Set(["a", "b", "c"].map((_, __, all) => next(all))).size, 3);
  }
  assert.equal(next([]), undefined);
});

test("a cluster's subscription moves to another node when its own is gone, and tells the gap", async (t) => {
  const ports = await startCluster(program);
  const nodes = new Map(ports.map((port) => [port, ioredisTo(port)]));
  const heard = new Map<string, unknown[]>();
  const gaps = new Set<string>();
  for (const [name, transport] of Object.entries(clusterTransports(ports))) {
    const messages: unknown[] = [];
    heard.set(name, messages);
    const talk = resource(transport, name);
    t.after(await talk.subscribe((message) => void messages.push(message), { onGap: () => void gaps.add(name) }));
  }
  /** The node that a subscription is at. */
  const nodeOf = async (name: string) => {
    for (const [port, node] of nodes) {
      const [, listeners] = (await node.send(["PUBSUB", "NUMSUB", `talk:{t}:store:channel:${name}`], "")) as Reply[];
      if (Number(listeners) > 0) return port;
    }
    return undefined;
  };
  for (const name of heard.keys()) {
    let port: number | undefined;
    // It may be on its way from a node that the other one had to leave, too.
    await until(async () => gaps.has(name) || (port = await nodeOf(name)) !== undefined, `${name} at a node`);
    if (gaps.has(name) || port === undefined) continue;
    nodes.delete(port);
    await stopServer(port);
    await until(() => gaps.has(name), `the gap of ${name}`);
  }
  for (const [name, messages] of heard) {
    await until(async () => {
      for (const node of nodes.values()) await resource(node, name).publish("after");
      return messages.includes("after");
    }, "a message after the gap");
  }
});

for (const name of ["ioredis", "node-redis"]) {
  test(`${name}: a refused subscription says why, and leaves no connection behind`, async () => {
    const admin = all["ioredis"] as Transport;
    const user = `mute-${name}`;
    await admin.send(["ACL", "SETUSER", user, "on", ">secret", "~*", "+@all", "-subscribe"], "");
    const mute = (name === "ioredis" ? ioredisTo : nodeRedisTo)(port, { username: user, password: "secret" });
    const connections = async () => String(await admin.send(["CLIENT", "LIST"], "")).split(`user=${user} `).length - 1;
    await mute.send(["PING"], "");
    assert.equal(await connections(), 1);
    await assert.rejects(
      resource(mute, "refused").subscribe(() => {}),
      { name: "RedisError", code: "NOPERM" },
    );
    await until(async () => (await connections()) === 1, "the end of the connection");
  });
}

test("what onGap throws does not reach the connection", async () => {
  let tell = () => {};
  const transport = {
    ...(all["ioredis"] as Transport),
    subscribe: async (_: string, { gap }: Listener) => {
      tell = gap;
      return async () => {};
    },
  };
  let gaps = 0;
  await resource(transport, "gaps").subscribe(() => {}, { onGap: () => (gaps += 1) });
  tell();
  assert.equal(gaps, 0);
  await until(() => gaps === 1, "the gap");
});

/** Lets everything that waits for nothing but its turn go on. */
function turns(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function resource(transport: Transport, name: string): Resource<{ id: string }> {
  return createStore({ transport, prefix: "talk", hashTag: "t" }).resource(name);
}
