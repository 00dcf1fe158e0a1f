/**
 * A hook that gives routes a client, and keeps what they render for as long as it shows what the store holds: the client notes what
 * a page was made of, and events say what has changed.
 */
import type { Client } from "../client.ts";
import { digestOf } from "../digest.ts";
import { isPageEvent } from "../events.ts";
import { UNTOLD, tagsOfEvent, withTags } from "../tags.ts";
import { checkSecret, previewOf } from "./preview.ts";
import { EVERYTHING, type Rendered, RenderedPages } from "./rendered.ts";

/** What is used of SvelteKit's `RequestEvent`. */
export interface KitEvent {
  request: Request;
  url: URL;
  locals: object;
  platform?: unknown;
  /** With `get` and `getAll`. */
  cookies?: object;
  /** Whether the data of a page is asked for, under the same `url` as the page. */
  isDataRequest?: boolean;
  /** Whether a remote function is called, from a page that `url` names. */
  isRemoteRequest?: boolean;
}

/** What SvelteKit gives a `handle`. */
export interface HandleInput<E extends KitEvent> {
  event: E;
  resolve(event: E): Response | Promise<Response>;
}

/** Drafts for those who know a secret. */
export interface PreviewOptions {
  /** A client with one of the Worker's PREVIEW_TOKENS. */
  client: Client;
  /** `?preview=` with this begins the preview, for the browser that asks; `?preview=off` ends it. */
  secret: string;
}

/** Options of {@link notionHandle}. */
export interface NotionHandleOptions<E extends KitEvent = KitEvent> {
  /** What `event.locals.notion` reads with. */
  client: Client;
  /** Bytes of rendered pages that are kept; 32,000,000 by default, 0 for none. */
  maxBytes?: number | undefined;
  /** Milliseconds after which events are asked for again; 2,000 by default. A change is seen so long after its commit at most. */
  checkEvery?: number | undefined;
  /**
   * What a page is kept by: its address, with what else makes it another page, such as a theme or a language that a cookie says.
   * Nothing keeps none. The whole address by default; then no page is kept for which a cookie was read, or for which a hook before
   * this one has put something into `locals`.
   */
  key?: ((event: E) => string | undefined) | undefined;
  preview?: PreviewOptions | undefined;
}

/** A page may be kept by a browser that asks each time whether it still holds. */
const KEPT = "public, max-age=0, must-revalidate";
/** What is kept: pages, feeds and JSON. Data that SvelteKit asks for in place of a page say themselves that they are private. */
const TYPES = /^(text\/html|application\/json|text\/xml|application\/(rss\+|atom\+)?xml)\b/;
/** No reader waits longer for the word on what has changed, in milliseconds. */
const LONGEST_CHECK = 1_000;
/** As many events are read at once; of more, everything is forgotten. */
const MOST_EVENTS = 1_000;
/** As many tags go into one purge of Cloudflare's. */
const MOST_TAGS = 100;

/** The part of the platform that forgets pages in front of the site, where there is one. */
interface Platform {
  ctx?: {
    cache?: { purge?(what: { tags: string[] } | { purgeEverything: true }): Promise<unknown> };
    waitUntil?(work: Promise<unknown>): void;
  };
}

/**
 * A `handle` for hooks.server.ts, the first of a `sequence`: hooks behind it see only what is rendered, and cookies that one before it
 * sets do not go along with a page that is kept. `event.locals.notion` is the client, in a preview the one that sees drafts, and
 * `event.locals.isPreview` says which of them it is.
 *
 * @throws TypeError where the secret of the preview is none
 */
export function notionHandle<Given extends KitEvent = KitEvent>({
  client,
  maxBytes = 32_000_000,
  checkEvery = 2_000,
  key: keyOf,
  preview,
}: NotionHandleOptions<Given>): <E extends Given>(input: HandleInput<E>) => Promise<Response> {
  if (preview !== undefined) checkSecret(preview.secret);
  const pages = new RenderedPages(maxBytes);
  const events = new Changes(client, checkEvery);

  return async ({ event, resolve }) => {
    const { request, url } = event;
    const locals = event.locals as { notion?: Client; isPreview?: boolean };
    // A hook before this one may have put there who it is that asks.
    const ownKey = Object.keys(locals).length === 0 ? url.href : undefined;
    locals.isPreview = false;
    if (preview !== undefined) {
      const asked = await previewOf(request, url, preview.secret);
      if (asked.kind === "change") {
        const headers = { location: asked.location, "set-cookie": asked.cookie, "cache-control": "private, no-store" };
        return new Response(null, { status: 307, headers });
      }
      if (asked.kind === "on") {
        locals.notion = preview.client;
        locals.isPreview = true;
        return withHeader(await resolve(event), "cache-control", "private, no-store");
      }
    }
    const tags = new Set([EVERYTHING]);
    locals.notion = withTags(client, (tag) => tags.add(tag));
    const isOwn = request.headers.has("authorization") || event.isRemoteRequest;
    const isRead = request.method === "GET" && maxBytes > 0 && !isOwn;
    const pageKey = isRead ? (keyOf === undefined ? ownKey : keyOf(event)) : undefined;
    // Data have the page's address; only the request tells which of them are asked for.
    const key = event.isDataRequest && pageKey !== undefined ? `${pageKey} ${request.url}` : pageKey;
    if (key === undefined) return resolve(event);

    const changed = await events.since();
    if (typeof changed === "string") pages.clear();
    else if (changed.size > 0) pages.drop(changed);
    // Nothing is known to have changed where the program begins.
    if (changed !== "beginning") purge(event.platform as Platform | undefined, changed);

    const known = pages.get(key);
    if (known !== undefined) return answer(known, request);
    if (keyOf === undefined) whenRead(event.cookies, () => tags.add(UNTOLD));
    const rendering = pages.begin();
    let page: Rendered | undefined;
    try {
      const response = await resolve(event);
      // Nothing would say when what it shows is old.
      if (!isKept(response) || tags.size === 1 || tags.has(UNTOLD)) return response;
      page = await rendered(response, tags);
      return answer(page, request);
    } finally {
      pages.end(rendering, key, events.isKnown() ? page : undefined);
    }
  };
}

/** What has changed since it was asked the last time. */
class Changes {
  readonly #client: Client;
  readonly #every: number;
  #next: string | undefined;
  #asked = Number.NEGATIVE_INFINITY;

  constructor(client: Client, every: number) {
    this.#client = client;
    this.#every = every;
  }

  /** Whether it is known since when: before, nothing may be kept. */
  isKnown(): boolean {
    return this.#next !== undefined;
  }

  /** The tags of what has changed; nothing while it was asked a moment ago, or there is no answer. */
  async since(): Promise<ReadonlySet<string> | "everything" | "beginning"> {
    const now = Date.now();
    if (now - this.#asked < this.#every) return new Set();
    this.#asked = now;
    try {
      const after = this.#next;
      // The first time for the versions of what has changed lately: caches on the way may have what was before.
      const { results, next, missed } = await this.#client.getEvents({
        after,
        limit: MOST_EVENTS,
        signal: AbortSignal.timeout(LONGEST_CHECK),
      });
      this.#next = next;
      if (after === undefined) return "beginning";
      if (missed || results.length === MOST_EVENTS) return "everything";
      return new Set(results.filter(isPageEvent).flatMap(tagsOfEvent));
    } catch {
      // An old page is better than none, and it is asked again in a moment.
      return new Set();
    }
  }
}

/** What is the same for everyone, as far as it says, and may be kept. */
function isKept({ status, headers }: Response): boolean {
  const isOwn = headers.has("set-cookie") || /\b(private|no-store)\b/i.test(headers.get("cache-control") ?? "");
  const varies = headers.get("vary")?.split(",") ?? [];
  if (varies.some((name) => !/^(accept-encoding)?$/i.test(name.trim()))) return false;
  // A nonce that many get is none, and not everyone reads what is compressed.
  const isOnce = /'nonce-/.test(headers.get("content-security-policy") ?? "") || headers.has("content-encoding");
  return status === 200 && !isOwn && !isOnce && TYPES.test(headers.get("content-type") ?? "");
}

/** Calls `note` whenever a cookie is read from SvelteKit's `event.cookies`. */
function whenRead(cookies: object | undefined, note: () => void): void {
  for (const name of ["get", "getAll"] as const) {
    const jar = cookies as Record<typeof name, unknown> | undefined;
    const read = jar?.[name];
    if (jar === undefined || typeof read !== "function") continue;
    jar[name] = (...args: unknown[]): unknown => {
      note();
      return Reflect.apply(read, cookies, args);
    };
  }
}

async function rendered(response: Response, tags: ReadonlySet<string>): Promise<Rendered> {
  const body = new Uint8Array(await response.arrayBuffer());
  const headers = new Headers(response.headers);
  if (!headers.has("cache-control")) headers.set("cache-control", KEPT);
  if (!headers.has("etag")) headers.set("etag", `"${(await digestOf(body)).slice(0, 24)}"`);
  headers.set("cache-tag", [...tags].filter((tag) => tag !== EVERYTHING).join(","));
  return { status: response.status, headers: [...headers], body, tags: new Set(tags) };
}

function answer({ status, headers, body }: Rendered, request: Request): Response {
  const etag = headers.find(([name]) => name === "etag")?.[1] ?? "";
  const asked = request.headers.get("if-none-match")?.split(",") ?? [];
  const isKnown = asked.some((it) => it.trim().replace(/^W\//, "") === etag.replace(/^W\//, ""));
  if (!isKnown) return new Response(body, { status, headers });
  const kept = headers.filter(([name]) => !/^content-(length|type|encoding)$/.test(name));
  return new Response(null, { status: 304, headers: kept });
}

function withHeader(response: Response, name: string, value: string): Response {
  const headers = new Headers(response.headers);
  headers.set(name, value);
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}

/** Cloudflare's Workers Cache in front of the site, where it is on. */
function purge(platform: Platform | undefined, tags: ReadonlySet<string> | "everything"): void {
  const { ctx } = platform ?? {};
  if ((tags !== "everything" && tags.size === 0) || typeof ctx?.cache?.purge !== "function") return;
  const isAll = tags === "everything" || tags.size > MOST_TAGS;
  const purging = ctx.cache.purge(isAll ? { purgeEverything: true } : { tags: [...tags] }).catch(() => {});
  ctx.waitUntil?.(purging);
}
