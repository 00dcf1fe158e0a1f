/**
 * The client over Redis itself, for trusted programs on a server: no Worker in between, and no publish rule.
 * The routes of the Worker are answered here, by the core that the Worker runs, so that both give the same to the byte.
 */
import { type Client, createClient } from "../client.ts";
import { type Question, decode, encode, loadCore } from "../core.ts";
import type { DataSourceDeclarations } from "../data-source.ts";
import { identify } from "../identity.ts";
import type { Fetch } from "../settings.ts";
import { saidByRedis, storeError } from "../store/errors.ts";
import { type Layout, keysOf } from "../store/keys.ts";
import { type Reply, type Transport, checkTransport } from "../store/transport.ts";

/** Options of {@link createRedisClient}. */
export interface RedisClientOptions<D extends DataSourceDeclarations = DataSourceDeclarations> extends Layout {
  /** How commands get to Redis: `upstash(client)`, `ioredis(client)` or `nodeRedis(client)` of `notion-edge/store`. */
  transport: Transport;
  /** Where files are served, for {@link Client.fileUrl}: the address of the Worker. Without it their addresses stay relative. */
  url?: string | URL | undefined;
  /** Milliseconds that each request of a call may take, its retries included; 10,000 by default. */
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
 * Throws UnsupportedArgumentError for a layout that cannot be.
 */
export function createRedisClient<const D extends DataSourceDeclarations = DataSourceDeclarations>({
  transport,
  url,
  prefix,
  separator,
  hashTag,
  ...options
}: RedisClientOptions<D>): Client<D> {
  checkTransport(transport);
  const layout = { prefix, separator, hashTag };
  const root = keysOf(layout).events();
  const fetch = answering(transport, layout);
  const client = createClient<D>({ ...options, url: url ?? NOWHERE, cache: 0, fetch });
  if (url === undefined) client.fileUrl = ((it: string | null) => it) as Client["fileUrl"];
  identify(client, { url: `${client.fileUrl("/")} ${root}`, token: undefined });
  return client;
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
      const send = (words: string[]) => unlessAborted(signal, perform(transport, words, `GET ${path}`));
      const response = await ask(question, send).finally(() => question.free());
      const location = response.headers.get("location");
      if (location === null || redirects === MOST_REDIRECTS) return response;
      path = location;
    }
  };
}

/** What came of a command: the reply, or what Redis has against it. */
type Said = { result: Reply } | { error: string };

/** The answer; rejects with what `send` does. */
async function ask(question: Question, send: (words: string[]) => Promise<Said>): Promise<Response> {
  for (;;) {
    const commands = decode<string[][]>(question.poll());
    const replies: Said[] = [];
    // One after the other: what is read first is no newer than what follows.
    for (const words of commands) replies.push(await send(words));
    const refusal = replies.find((reply) => "error" in reply)?.error;
    const isRefused = replies.length === 1 && refusal !== undefined;
    const reply = encode(replies.length === 1 ? replies[0] : replies);
    const body = question.apply(commands.length, isRefused ? 400 : 200, reply);
    if (body === undefined) continue;
    const status = question.status();
    const headers = decode<[string, string][]>(question.headers());
    // Readers of a Worker are not told what Redis said; whoever holds its token is the one to act on it.
    if (status >= 500 && refusal !== undefined)
      return Response.json({ detail: `redis refuses: ${refusal}` }, { status });
    return new Response(Uint8Array.from(body), { status, headers });
  }
}

/** The reply as it is over HTTP. @param subject what it is about, for errors */
async function perform(transport: Transport, words: string[], subject: string): Promise<Said> {
  try {
    return { result: await transport.send(words, keyOf(words)) };
  } catch (error) {
    const said = saidByRedis(error);
    if (said === undefined) throw storeError(error, subject);
    return { error: said };
  }
}

/** Clients of Redis know no signal: they go on with what nobody waits for any more. */
function unlessAborted<T>(signal: AbortSignal | null | undefined, performed: Promise<T>): Promise<T> {
  if (!signal) return performed;
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const stop = () => reject(signal.reason as Error);
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop, { once: true });
  performed.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  return promise;
}

/** A key that the command names; scripts have theirs behind how many there are. */
function keyOf([command = "", first = "", , third = ""]: string[]): string {
  return /^EVAL/i.test(command) ? third : first;
}
