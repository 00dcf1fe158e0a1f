/** Pub/sub over each transport, and what a subscriber learns when its connection breaks. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { type Listener, type Resource, type Transport, createStore } from "../../src/store/index.ts";
import { subscribeBySse } from "../../src/store/transports/sse.ts";
import { type Reply, serve } from "../server.ts";
import {
  clusterTransports,
  ioredisTo,
  nodeRedisTo,
  programs,
  startCluster,
  startServer,
  transports,
  until,
} from "./servers.ts";

const [program = "redis-server"] = programs;
let all: Record<string, Transport>;
let port: number;

before(async () => {
  port = await startServer(program);
  all = { ...(await transports(port)), ...clusterTransports(await startCluster(program)) };
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

for (const name of ["upstash", "ioredis", "node-redis"]) {
  test(`${name}: a broken connection is made again, and the gap is told`, async () => {
    const transport = all[name] as Transport;
    const talk = resource(transport, "gap");
    const heard: unknown[] = [];
    let gaps = 0;
    const end = await talk.subscribe((message) => void heard.push(message), { onGap: () => (gaps += 1) });
    await talk.publish("before");
    await until(() => heard.length === 1, "the first message");
    await transport
      .send(["CLIENT", "KILL", "TYPE", "pubsub"], "")
      .catch(() => all["ioredis"]?.send(["CLIENT", "KILL", "TYPE", "pubsub"], ""));
    await until(() => gaps > 0, "the gap");
    await until(async () => (await talk.publish("after")) === 1, "the subscription");
    await until(() => heard.at(-1) === "after", "the next message");
    assert.equal(gaps, 1);
    await end();
  });
}

test("a stream that ends without a word is opened again, and a server that refuses is told at once", async (t) => {
  const speak =
    (...events: string[]): Reply =>
    (response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.end(events.map((event) => `: ping\n\ndata: ${event}\n\n`).join(""));
    };
  const refused: Reply = (response) => void response.writeHead(401).end();
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

test("streams that end without a word are opened again soon, unless the server hangs up at once", async (t) => {
  t.mock.method(Math, "random", () => 1);
  const gapsOf = async (lastsMs: number) => {
    const at: number[] = [];
    const { url } = await serve(t, (response) => {
      at.push(performance.now());
      response.writeHead(200, { "content-type": "text/event-stream" }).write("data: subscribe,c,1\n\n");
      setTimeout(() => response.end(), lastsMs);
    });
    const end = await subscribeBySse({ url, authorization: "" }, "c", { message: () => {}, gap: () => {} });
    await until(() => at.length === 5, "the fifth stream");
    await end();
    return at.slice(1).map((it, number) => it - (at[number] ?? 0));
  };
  const [short, none] = await Promise.all([gapsOf(400), gapsOf(0)]);
  assert.ok(
    short.every((gap) => gap < 1500),
    `${short}`,
  );
  assert.ok((none.at(-1) ?? 0) >= 1900, `${none}`);
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

function resource(transport: Transport, name: string): Resource<{ id: string }> {
  return createStore({ transport, prefix: "talk", hashTag: "t" }).resource(name);
}
