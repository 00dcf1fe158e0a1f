/**
 * The client over Redis itself, for trusted programs on a server: no Worker in between, and no publish rule.
 * The routes of the Worker are answered here, by the core that the Worker runs, so that both give the same to the byte.
 */
import { type Client, createClient } from "../client.ts";
import { type Question, decode, encode, loadCore } from "../core.ts";
import type { DataSourceDeclarations } from "../data-source.ts";
import type { Fetch } from "../settings.ts";
import { saidByRedis } from "../store/errors.ts";
import type { Layout } from "../store/keys.ts";
import type { Reply, Transport } from "../store/transport.ts";

/** Options of {@link createRedisClient}. */
export interface RedisClientOptions<D extends DataSourceDeclarations = DataSourceDeclarations> extends Layout {
  /** How commands get to Redis: `upstash(client)`, `ioredis(client)` or `nodeRedis(client)` of `notion-edge/store`. */
  transport: Transport;
  /** Where files are served, for {@link Client.fileUrl}: the address of the Worker. */
  url?: string | URL | undefined;
  /** Milliseconds that a call may take, its retries included; 10,000 by default. */
  timeout?: number | undefined;
  /** How often a call is tried again while Redis does not answer; 2 by default, 0 for never. */
  retry?: number | undefined;
  /** What `notion-edge types` has written. */
  dataSources?: D | undefined;
}

/** Stands for the Worker, which nobody asks. */
const NOWHERE = "http://redis.invalid";
/** Those that the Worker redirects to lie one step away. */
const MOST_REDIRECTS = 2;

/**
 * A client that reads Redis itself. It knows all pages, drafts among them, and needs Node, Bun or Deno.
 *
 * A page costs one round trip, one by its path two. {@link Client.subscribe} asks every three seconds.
 */
export function createRedisClient<const D extends DataSourceDeclarations = DataSourceDeclarations>({
  transport,
  url = NOWHERE,
  prefix,
  separator,
  hashTag,
  ...options
}: RedisClientOptions<D>): Client<D> {
  const base = new URL(url);
  return createClient<D>({
    ...options,
    url: base,
    cache: 0,
    fetch: answering(transport, { prefix, separator, hashTag }),
  });
}

/** A `fetch` that answers the routes of the Worker from Redis, as it would answer who may read everything. */
function answering(transport: Transport, { prefix, separator, hashTag }: Layout): Fetch {
  const layout = { KEY_PREFIX: prefix, KEY_SEPARATOR: separator, KEY_HASH_TAG: hashTag };
  return async (url, { signal }) => {
    const core = await loadCore();
    const host = (await transport.dialect) === "upstash" ? "none.upstash.io" : "redis.invalid";
    // The core asks for the variables of the Worker, which reaches Redis and Notion by them.
    const given = { NOTION_TOKEN: "none", UPSTASH_REDIS_REST_URL: `https://${host}`, UPSTASH_REDIS_REST_TOKEN: "none" };
    const variables = encode({ ...given, ...layout });
    const { pathname, search } = new URL(url);
    let path = pathname.slice(Math.max(0, pathname.search(/\/v1(\/|$)/))) + search;
    for (let redirects = 0; ; redirects += 1) {
      signal?.throwIfAborted();
      const question = new core.Question(variables, "GET", path, new Uint8Array(), Date.now());
      const response = await ask(question, transport).finally(() => question.free());
      const location = response.headers.get("location");
      if (location === null || redirects === MOST_REDIRECTS) return response;
      path = location;
    }
  };
}

/** The answer; rejects with what the client of Redis throws. */
async function ask(question: Question, transport: Transport): Promise<Response> {
  for (;;) {
    const commands = decode<string[][]>(question.poll());
    const replies: object[] = [];
    // One after the other: what is read first is no newer than what follows.
    for (const words of commands) replies.push(await perform(transport, words));
    const isRefused = replies.length === 1 && replies.some((reply) => "error" in reply);
    const reply = encode(replies.length === 1 ? replies[0] : replies);
    const body = question.apply(commands.length, isRefused ? 400 : 200, reply);
    if (body === undefined) continue;
    const headers = decode<[string, string][]>(question.headers());
    return new Response(Uint8Array.from(body), { status: question.status(), headers });
  }
}

/** The reply as it is over HTTP. */
async function perform(transport: Transport, words: string[]): Promise<{ result: Reply } | { error: string }> {
  try {
    return { result: await transport.send(words, keyOf(words)) };
  } catch (error) {
    const said = saidByRedis(error);
    if (said === undefined) throw error;
    return { error: said };
  }
}

/** A key that the command names; scripts have theirs behind how many there are. */
function keyOf([command = "", first = "", , third = ""]: string[]): string {
  return /^EVAL/i.test(command) ? third : first;
}
