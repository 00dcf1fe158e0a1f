/** Pub/sub over each transport, and what a subscriber learns when its connection breaks. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { type Resource, type Transport, createStore } from "../../src/store/index.ts";
import { subscribeBySse } from "../../src/store/transports/sse.ts";
import { type Reply, serve } from "../server.ts";
import { clusterTransports, programs, startCluster, startServer, transports, until } from "./servers.ts";

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

function resource(transport: Transport, name: string): Resource<{ id: string }> {
  return createStore({ transport, prefix: "talk", hashTag: "t" }).resource(name);
}
