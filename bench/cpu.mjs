/**
 * What the exporter takes of the processor for each byte that Notion gives: one page of so many bytes through pkg/ in Node,
 * with a Redis of its own. Only the processor time inside the engine counts: to parse, to build the document, to write it out.
 * In a Worker the clock stands still while it works, so the budget of a run is reckoned with this figure (budget.rs).
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Redis } from "ioredis";
import { buildPackage } from "../local/build.mjs";
import { launch } from "../local/launch.mjs";
import { anyPort } from "../local/ports.mjs";
import { redisServer } from "../local/redis.mjs";
import { table } from "./measure.mjs";

const MB = 1_000_000;
const PAGE = "38c9ce7b-60a4-8136-8cb8-d1a177ad0a4f";
const OLD = "2026-06-27T16:49:00.000Z";
const VARIABLES = {
  NOTION_TOKEN: "none",
  UPSTASH_REDIS_REST_URL: "http://127.0.0.1",
  UPSTASH_REDIS_REST_TOKEN: "none",
  RATE_LIMIT: "100000",
};

/** @type {import("./run.mjs").Measure} */
export async function measure({ quick, say }) {
  await buildPackage();
  const root = fileURLToPath(new URL("..", import.meta.url));
  const { initSync, Engine } = await import(join(root, "pkg/notion_edge_bindings.js"));
  initSync({ module: readFileSync(join(root, "pkg/notion_edge_bindings_bg.wasm")) });
  const port = await anyPort();
  const server = await launch(redisServer(), ["--port", String(port), "--bind", "127.0.0.1", "--save", ""]);
  const redis = new Redis(port, "127.0.0.1");
  try {
    const rows = [];
    for (const bytes of [0, 0.1 * MB, 1 * MB, 5 * MB]) {
      const rounds = [];
      for (let round = 0; round < (quick ? 3 : 9); round += 1) {
        await redis.flushall();
        rounds.push(await exportPage(Engine, redis, bytes));
      }
      // Other work on the machine only adds.
      const ms = Math.min(...rounds.map((it) => it.ms));
      rows.push({ bytes: rounds[0]?.bytes ?? 0, effects: rounds[0]?.effects ?? 0, ms });
    }
    const cells = rows.map(({ bytes, effects, ms }) => [
      (bytes / MB).toFixed(2),
      String(effects),
      ms.toFixed(2),
      ((ms * 1e6) / bytes).toFixed(0),
    ]);
    say(table([["MB", "effects", "ms", "ns per byte"], ...cells]));
    return { rows };
  } finally {
    redis.disconnect();
    await server.stop();
  }
}

/** One export of one page. @param {any} Engine @param {Redis} redis @param {number} wanted */
async function exportPage(Engine, redis, wanted) {
  const variables = Buffer.from(JSON.stringify(VARIABLES));
  const engine = new Engine(variables, Math.random().toString(16), Date.now());
  let [ms, bytes, effects] = [0, 0, 0];
  const timed = (/** @type {() => any} */ act) => {
    const before = process.cpuUsage();
    const result = act();
    const used = process.cpuUsage(before);
    ms += (used.user + used.system) / 1000;
    return result;
  };
  for (;;) {
    const step = JSON.parse(Buffer.from(timed(() => engine.poll(Date.now()))).toString());
    if ("stop" in step) return { ms, bytes, effects };
    if ("wait" in step) throw new Error("nothing is in flight, and the engine waits");
    const [ticket, effect] = step.start;
    effects += 1;
    if ("notion" in effect) {
      const body = Buffer.from(JSON.stringify(answer(effect.notion.path, bytes, wanted)));
      if (effect.notion.path.includes("/children")) bytes += body.length;
      timed(() => engine.applyNotion(Date.now(), ticket, 200, undefined, body));
    } else {
      const replies = await Promise.all(effect.redis.map((/** @type {string[]} */ words) => perform(redis, words)));
      const failure = replies.find((reply) => "error" in reply);
      const body = Buffer.from(JSON.stringify(replies.length === 1 ? replies[0] : replies));
      timed(() => engine.applyRedis(Date.now(), ticket, replies.length, failure ? 400 : 200, body));
    }
  }
}

/** @param {Redis} redis @param {string[]} words */
function perform(redis, [name = "", ...args]) {
  return redis.call(name, args).then(
    (result) => ({ result }),
    (error) => ({ error: String(error.message) }),
  );
}

/** A workspace of one page, whose blocks have about `wanted` bytes; `given` of them went before. @param {string} path @param {number} given @param {number} wanted */
function answer(path, given, wanted) {
  if (path === "/v1/users/me") return { object: "user", id: PAGE, type: "bot", bot: {} };
  const list = { object: "list", has_more: false, next_cursor: null };
  if (path === "/v1/search") return { ...list, results: [page()] };
  const results = wanted === 0 ? [] : Array.from({ length: 100 }, (_, place) => paragraph(given * 100 + place));
  const isLast = given + JSON.stringify(results).length >= wanted;
  return isLast ? { ...list, results } : { ...list, results, has_more: true, next_cursor: String(given) };
}

function page() {
  const title = { id: "title", type: "title", title: [text("One page")] };
  const parent = { type: "workspace", workspace: true };
  const times = { created_time: OLD, last_edited_time: OLD };
  return {
    object: "page",
    id: PAGE,
    ...times,
    parent,
    cover: null,
    icon: null,
    in_trash: false,
    properties: { title },
  };
}

/** As Notion gives it: some 900 bytes for a sentence. @param {number} place */
function paragraph(place) {
  const id = `${place.toString(16).padStart(8, "0").slice(-8)}-60a4-8136-8cb8-d1a177ad0a4f`;
  const by = { object: "user", id: PAGE };
  const parent = { type: "page_id", page_id: PAGE };
  const times = { created_time: OLD, last_edited_time: OLD, created_by: by, last_edited_by: by };
  const words = "The tide gauge at the harbour wall was read at noon, and again by night when the wind had turned. ";
  const content = { rich_text: [text(words), text("Nobody saw it.")], color: "default" };
  return {
    ...{ object: "block", id, parent, ...times, has_children: false, in_trash: false },
    ...{ type: "paragraph", paragraph: content },
  };
}

/** @param {string} content */
function text(content) {
  const off = { bold: false, italic: false, strikethrough: false, underline: false, code: false, color: "default" };
  return { type: "text", text: { content, link: null }, annotations: off, plain_text: content, href: null };
}
