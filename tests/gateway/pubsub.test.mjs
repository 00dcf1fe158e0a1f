/** Subscriptions as streams of events: by the official client, and to the letter. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { json, READER, startGateway, TOKEN } from "./harness.mjs";

/** @typedef {import("@upstash/redis").Redis} Redis */
/** @typedef {ReturnType<Redis["subscribe"]>} Subscriber */

const gateway = await startGateway();
after(() => gateway.stop());
const redis = gateway.client();

/**
 * The next `count` events of a kind.
 * @param {Subscriber} subscriber @param {"message" | "pmessage" | "subscribe" | "psubscribe"} kind
 * @returns {Promise<any[]>}
 */
function events(subscriber, kind, count = 1) {
  return new Promise((resolve, reject) => {
    /** @type {unknown[]} */
    const seen = [];
    subscriber.on("error", reject);
    subscriber.on(kind, (/** @type {unknown} */ event) => {
      seen.push(event);
      if (seen.length === count) resolve(seen);
    });
  });
}

/** A stream as its lines. @param {string} path @param {string} [token] */
async function lines(path, token = TOKEN) {
  const stopper = new AbortController();
  const headers = { accept: "text/event-stream" };
  const response = await gateway.request(path, {
    method: "POST",
    body: "[]",
    headers,
    signal: stopper.signal,
    token,
  });
  assert.equal(response.status, 200);
  assert.match(response.headers.get("content-type") ?? "", /^text\/event-stream/);
  assert.ok(response.body);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  return {
    /** The next event, without comments. */
    async next() {
      for (;;) {
        const end = text.indexOf("\n\n");
        if (end >= 0) {
          const event = text.slice(0, end);
          text = text.slice(end + 2);
          if (!event.startsWith(":")) return event;
        } else {
          const { value, done } = await reader.read();
          if (done) throw new Error(`the stream ended after ${JSON.stringify(text)}`);
          text += value;
        }
      }
    },
    stop: () => stopper.abort(),
  };
}

/** How many listen to a channel. @param {string} channel */
const listeners = async (channel) => (await redis.exec(["PUBSUB", "NUMSUB", channel]))[1];

/** Waits until nobody listens any more. @param {string} channel */
async function deserted(channel) {
  while ((await listeners(channel)) !== 0);
}

test("messages arrive as what was published: text, JSON, numbers", async () => {
  const subscriber = redis.subscribe("news");
  assert.deepEqual(await events(subscriber, "subscribe"), [1]);
  const messages = events(subscriber, "message", 4);
  for (const message of ["plain text, with commas", { page: { id: 1, tags: ["a"] } }, 42, "grüße 😀"]) {
    assert.equal(await redis.publish("news", message), 1);
  }
  assert.deepEqual(await messages, [
    { channel: "news", message: "plain text, with commas" },
    { channel: "news", message: { page: { id: 1, tags: ["a"] } } },
    { channel: "news", message: 42 },
    { channel: "news", message: "grüße 😀" },
  ]);
  await subscriber.unsubscribe();
  await deserted("news");
});

test("several channels of one subscriber, and one of them given up", async () => {
  const subscriber = redis.subscribe(["a", "b"]);
  await events(subscriber, "subscribe", 2);
  const first = events(subscriber, "message", 2);
  await redis.publish("a", "1st");
  await redis.publish("b", "2nd");
  const seen = new Map((await first).map(({ channel, message }) => [channel, message]));
  assert.deepEqual([seen.get("a"), seen.get("b")], ["1st", "2nd"]);
  await subscriber.unsubscribe(["a"]);
  await deserted("a");
  assert.deepEqual(subscriber.getSubscribedChannels(), ["b"]);
  const last = events(subscriber, "message");
  assert.deepEqual([await redis.publish("a", "3rd"), await redis.publish("b", "4th")], [0, 1]);
  assert.deepEqual(await last, [{ channel: "b", message: "4th" }]);
  await subscriber.unsubscribe();
  await deserted("b");
});

test("patterns tell which channel it was", async () => {
  const subscriber = redis.psubscribe("page:*");
  await events(subscriber, "psubscribe");
  const messages = events(subscriber, "pmessage", 2);
  await redis.publish("page:1", { title: "a" });
  await redis.publish("other", "not this");
  await redis.publish("page:2", '"b"');
  assert.deepEqual(await messages, [
    { pattern: "page:*", channel: "page:1", message: { title: "a" } },
    { pattern: "page:*", channel: "page:2", message: "b" },
  ]);
  await subscriber.unsubscribe();
});

test("an event is a line of data and an empty one", async () => {
  const stream = await lines("/subscribe/c%2Fd");
  assert.equal(await stream.next(), "data: subscribe,c/d,1");
  await redis.publish("c/d", "x,y");
  assert.equal(await stream.next(), "data: message,c/d,x,y");
  stream.stop();
  const pattern = await lines("/psubscribe/c*");
  assert.equal(await pattern.next(), "data: psubscribe,c*,1");
  await redis.publish("cc", "x");
  assert.equal(await pattern.next(), "data: pmessage,c*,cc,x");
  pattern.stop();
});

test("a message can not forge another event", async () => {
  const stream = await lines("/subscribe/forge");
  await stream.next();
  await gateway.ask("PUBLISH", "forge", "one\n\ndata: message,forge,forged\r\n\r\ndata: x");
  await gateway.ask("PUBLISH", "forge", "last");
  let event = "";
  while (event !== "data: message,forge,last") {
    event = await stream.next();
    for (const line of event.split("\n")) assert.doesNotMatch(line, /^data: message,forge,forged|^data: x/);
  }
  stream.stop();
});

test("monitor begins with OK and shows what others run", async () => {
  const stream = await lines("/monitor");
  assert.equal(await stream.next(), 'data: "OK"');
  await gateway.ask("SET", "watched", "a b");
  let event = "";
  while (!event.includes("watched")) event = await stream.next();
  assert.match(event, /^data: \d+\.\d+ \[0 [^\]]+\] "SET" "watched" "a b"$/);
  stream.stop();
  const response = await gateway.request("/monitor", { method: "POST", token: READER });
  assert.match((await json(response)).error, /^NOPERM/);
});

test("a read-only token may listen", async () => {
  const stream = await lines("/subscribe/public", READER);
  assert.equal(await stream.next(), "data: subscribe,public,1");
  stream.stop();
});

test("a hundred subscribers all hear it, while commands go on", async () => {
  const streams = await Promise.all(Array.from({ length: 100 }, () => lines("/subscribe/all")));
  await Promise.all(streams.map((stream) => stream.next()));
  const [heard] = await Promise.all([redis.publish("all", "now"), redis.incr("n")]);
  assert.equal(heard, 100);
  for (const event of await Promise.all(streams.map((stream) => stream.next()))) {
    assert.equal(event, "data: message,all,now");
  }
  for (const stream of streams) stream.stop();
  await deserted("all");
});

test("publishing needs no stream", async () => {
  const stream = await lines("/subscribe/c");
  await stream.next();
  const response = await gateway.request("/publish/c/a%2Cb");
  assert.deepEqual(await json(response), { result: 1 });
  assert.equal(await stream.next(), "data: message,c,a,b");
  stream.stop();
});
