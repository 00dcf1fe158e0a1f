/**
 * The pages and lists as one serves them today who writes a Worker with Hono and `@upstash/redis`: what serving.mjs compares with.
 *
 * With `PASS_ON` its client leaves alone what is stored, neither parsed nor in base64, which whoever reads the client's options
 * turns on; without, it works as it comes. With `MEMORY_SECONDS` answers stay in the memory of the isolate for so long.
 * The client is made anew for each request: one that requests share would join their commands, and workerd ends who waits for another's.
 */
import { Redis } from "@upstash/redis/cloudflare";
import { Hono, type Context } from "hono";

interface Bindings {
  UPSTASH_REDIS_REST_URL: string;
  UPSTASH_REDIS_REST_TOKEN: string;
  PASS_ON?: string;
  MEMORY_SECONDS?: string;
}

/** A body, and what tells its version. */
interface Found {
  body: string | Uint8Array<ArrayBuffer>;
  etag?: string;
}

const LIMIT = 20;
const KEPT_AT_MOST = 200;

const app = new Hono<{ Bindings: Bindings }>();
const encoder = new TextEncoder();
const kept = new Map<string, Found & { until: number }>();

app.get("/healthz", (c) => c.text("ok"));

app.get("/v1/pages/:id", async (c) => {
  const id = c.req.param("id");
  const known = recall(`page:${id}`);
  if (known !== undefined) return answer(c, known);
  const redis = client(c.env);
  const asked = c.req.header("if-none-match");
  // What is to be kept is read whole, also for who has it already.
  if (asked !== undefined && c.env.MEMORY_SECONDS === undefined) {
    const hash = await redis.hget<string>(`notion:meta:${id}`, "hash");
    if (asked === tag(hash)) return c.body(null, 304, { etag: asked });
  }
  // The client sends both in one pipeline.
  const [page, hash] = await Promise.all([
    redis.get(`notion:page:${id}`),
    redis.hget<string>(`notion:meta:${id}`, "hash"),
  ]);
  if (page === null) return c.json({ error: "there is no such page" }, 404);
  return answer(c, keep(c.env, `page:${id}`, { body: json(page), etag: tag(hash) }));
});

app.get("/v1/pages", async (c) => {
  const source = c.req.query("data_source_id");
  if (source === undefined) return c.json({ error: "data_source_id is missing" }, 400);
  const known = recall(`rows:${source}`);
  if (known !== undefined) return answer(c, known);
  const redis = client(c.env);
  const members = await redis.zrange<string[]>(`notion:index:rows:${source}`, 0, LIMIT - 1, { rev: true });
  // In their order: by name as the client comes, a mere array where it leaves alone what it gets.
  const summaries = members.length === 0 ? {} : await redis.hmget("notion:index:summaries", ...members);
  const results = Object.values(summaries ?? {}).map(json);
  return answer(c, keep(c.env, `rows:${source}`, { body: `{"results":[${results.join(",")}]}` }));
});

export default app;

function client(env: Bindings) {
  return Redis.fromEnv(
    env,
    env.PASS_ON === undefined ? {} : { automaticDeserialization: false, responseEncoding: false },
  );
}

/** What the client has parsed becomes text again; what it has not is text. */
function json(value: unknown) {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function tag(hash: string | null) {
  return `"${hash}"`;
}

function answer(c: Context, { body, etag }: Found) {
  if (etag !== undefined && c.req.header("if-none-match") === etag) return c.body(null, 304, { etag });
  return c.body(body, 200, {
    "content-type": "application/json",
    "cache-control": "public, max-age=30, stale-while-revalidate=30",
    ...(etag === undefined ? {} : { etag }),
  });
}

function recall(key: string): Found | undefined {
  const found = kept.get(key);
  return found !== undefined && found.until > Date.now() ? found : undefined;
}

/** Keeps it as the bytes that go out. */
function keep(env: Bindings, key: string, found: Found): Found {
  if (env.MEMORY_SECONDS === undefined) return found;
  const { body, etag } = found;
  const bytes = {
    body: typeof body === "string" ? encoder.encode(body) : body,
    ...(etag === undefined ? {} : { etag }),
  };
  if (kept.size >= KEPT_AT_MOST) kept.clear();
  kept.set(key, { ...bytes, until: Date.now() + 1000 * Number(env.MEMORY_SECONDS) });
  return bytes;
}
