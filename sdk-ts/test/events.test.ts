/** What happens, as it happens: against a real server that breaks off. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient } from "../src/index.ts";
import { json, problem, type Reply, serve, silence, text } from "./server.ts";

const ID = "2712e341-754a-41ae-a9ce-4c0bb4b18c52";
const PAGE = { object: "page", id: ID, title: "Tides", blocks: [] };

const eventOf = (number: number) => ({
  id: `${number}-0`,
  type: "page.updated",
  ts: number,
  data: { id: ID, version: number },
});

const message = (number: number) =>
  `id: ${number}-0\nevent: page.updated\ndata: ${JSON.stringify(eventOf(number))}\n\n`;

/** A stream that gives these chunks and then ends, or breaks. */
function stream(chunks: string[], { breaks = false } = {}): Reply {
  return (response) => {
    response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
    for (const chunk of chunks) response.write(chunk);
    if (breaks) response.write(":\n\n", () => response.destroy());
    else response.end();
  };
}

async function take(client: ReturnType<typeof createClient>, count: number, after?: string | number) {
  const told: unknown[] = [];
  for await (const event of client.subscribe({ after })) if (told.push(event) === count) break;
  return told;
}

test("events come in their order, however the stream is cut, and go on after one that broke", async (t) => {
  const whole = message(1) + ":\n\n" + message(2).replaceAll("\n", "\r\n") + message(3);
  for (const at of [1, 20, whole.indexOf("\r") + 1, whole.length - 1]) {
    const first = [whole.slice(0, at), whole.slice(at)];
    const { url, asked } = await serve(t, stream(first), stream([message(4)], { breaks: true }), stream([message(5)]));
    assert.deepEqual(await take(createClient({ url }), 5, 0), [1, 2, 3, 4, 5].map(eventOf));
    assert.deepEqual(asked, ["GET /v1/events?after=0", "GET /v1/events?after=3-0", "GET /v1/events?after=4-0"]);
  }
});

test("an id without an event is where to go on, as the standard has it", async (t) => {
  const { url, asked } = await serve(t, stream(["id: 7-0\n\n"]), stream([message(8)]));
  assert.deepEqual(await take(createClient({ url }), 1, 0), [eventOf(8)]);
  assert.deepEqual(asked, ["GET /v1/events?after=0", "GET /v1/events?after=7-0"]);
});

test("who does not say where to begin begins with what comes next", async (t) => {
  const { url, asked } = await serve(t, json({ results: [], next: "7-0", missed: false }), stream([message(8)]));
  assert.deepEqual(await take(createClient({ url }), 1), [eventOf(8)]);
  assert.deepEqual(asked, ["GET /v1/events?limit=1", "GET /v1/events?after=7-0"]);
});

test("that some are missed is told", async (t) => {
  const { url } = await serve(t, stream(["event: missed\ndata: {}\n\n", message(9)]));
  assert.deepEqual(await take(createClient({ url }), 2, 1), [{ type: "missed" }, eventOf(9)]);
});

test("a list of events in place of a stream is as good", async (t) => {
  const { url, asked } = await serve(t, json({ results: [eventOf(1), eventOf(2)], next: "2-0", missed: true }));
  assert.deepEqual(await take(createClient({ url }), 3, 0), [{ type: "missed" }, eventOf(1), eventOf(2)]);
  assert.equal(asked.length, 1);
});

test("a line may hold the separators of lines and paragraphs that only Unicode knows", async (t) => {
  const event = { ...eventOf(1), data: { id: ID, version: 1, title: "a\u2028b\u2029c" } };
  const { url } = await serve(
    t,
    stream([`id: 1-0\nevent: page.updated\ndata: ${JSON.stringify(event)}\n\n`, message(2)]),
  );
  assert.deepEqual(await take(createClient({ url }), 2, 0), [event, eventOf(2)]);
});

test("what is no list of events ends it, rather than being asked for again and again", async (t) => {
  for (const nothing of [json({ object: "list" }), json([]), json(null), text("<!doctype html>", "text/html")]) {
    const { url } = await serve(t, nothing);
    await assert.rejects(take(createClient({ url, timeout: 1_000 }), 1, 0), { name: "UnexpectedAnswerError" });
  }
});

test("an event that is no JSON ends it, rather than being met again and again", async (t) => {
  const { url } = await serve(t, stream([message(1), "id: 2-0\ndata: {\n\n"]));
  const told: unknown[] = [];
  const reading = async () => {
    for await (const event of createClient({ url, timeout: 1_000 }).subscribe({ after: 0 })) told.push(event);
  };
  await assert.rejects(reading(), { name: "UnexpectedAnswerError" });
  assert.deepEqual(told, [eventOf(1)]);
});

test("while there is no answer it is tried again, and a refusal ends it", async (t) => {
  const { url, asked } = await serve(t, problem(503, "away"), problem(401, "who?"));
  await assert.rejects(take(createClient({ url }), 1, 0), { name: "UnauthorizedError" });
  assert.equal(asked.length, 2);
});

test("a Worker that says nothing any more is asked again", async (t) => {
  const quiet: Reply = (response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(message(1));
  };
  const { url, asked } = await serve(t, silence, quiet, stream([message(2)]));
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const told = take(createClient({ url }), 2, 0);
  for (let turns = 0; asked.length < 3 && turns < 5_000; turns += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    t.mock.timers.tick(100);
  }
  assert.equal(asked.length, 3);
  assert.deepEqual(await told, [eventOf(1), eventOf(2)]);
  assert.deepEqual(asked, ["GET /v1/events?after=0", "GET /v1/events?after=0", "GET /v1/events?after=1-0"]);
});

test("a signal ends it with its reason", async (t) => {
  const open: Reply = (response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(message(1));
  };
  const { url } = await serve(t, open);
  const ending = new AbortController();
  const reading = async () => {
    for await (const _ of createClient({ url }).subscribe({ after: 0, signal: ending.signal })) {
      ending.abort(new Error("enough"));
    }
  };
  await assert.rejects(reading(), { message: "enough" });
});

test("an event from before does not take back the version that a later one told", async (t) => {
  const list = (...numbers: number[]) => json({ results: numbers.map(eventOf), next: "9-0", missed: false });
  const { url, asked } = await serve(t, list(41), list(7), json(PAGE));
  const client = createClient({ url });
  await client.getEvents();
  await client.getEvents({ after: 0 });
  await client.getPage(ID);
  assert.equal(asked.at(-1), `GET /v1/pages/${ID}?v=41`);
});

test("a store that begins anew is not asked for the versions of the one before it", async (t) => {
  const lists = { results: [], next_cursor: null, total: 0 };
  const anew = stream(["event: missed\ndata: {}\n\n", message(2)]);
  for (const reply of [json({ results: [eventOf(2)], next: "2-0", missed: true }), anew]) {
    const { url, asked } = await serve(
      t,
      json({ results: [eventOf(41)], next: "41-0", missed: false }),
      reply,
      json(lists),
    );
    const client = createClient({ url });
    const { next } = await client.getEvents();
    if (reply === anew) await take(client, 2, next);
    else await client.getEvents({ after: next });
    await client.listPages();
    assert.equal(asked.at(-1), "GET /v1/pages?v=2");
  }
});

test("what is read after an event names its version, and nothing else does", async (t) => {
  const asked: string[] = [];
  const { url } = await serve(t, (response, request) => {
    asked.push(request.url ?? "");
    if (request.url?.startsWith("/v1/events")) return stream([message(41), message(40)])(response, request);
    if (request.url?.includes(".html")) return text("", "text/html")(response, request);
    json(request.url?.startsWith("/v1/pages/") ? PAGE : { results: [], next_cursor: null, total: 0 })(
      response,
      request,
    );
  });
  const client = createClient({ url });
  await client.getPage("/tides");
  await client.listPages();
  await take(client, 1, 0);
  await client.getPage(ID.replaceAll("-", ""));
  await client.getPage("/tides");
  await client.getHtml("/tides");
  await client.getPage("/storms");
  await client.listPages();
  await client.search("tides");
  await client.getPage(ID, { version: 50 });
  assert.deepEqual(asked, [
    "/v1/pages/tides",
    "/v1/pages",
    "/v1/events?after=0",
    `/v1/pages/${ID}?v=41`,
    "/v1/pages/tides?v=41",
    "/v1/pages/tides.html?v=41",
    "/v1/pages/storms",
    "/v1/pages?v=41",
    "/v1/search?q=tides&v=41",
    `/v1/pages/${ID}?v=50`,
  ]);
});
