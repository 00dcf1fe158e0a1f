/** The hook that keeps rendered pages: what it keeps, until when, and for whom. Against a real server in the Worker's place. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient, type Client } from "../../src/index.ts";
import { type KitEvent, notionHandle } from "../../src/sveltekit/index.ts";
import { json, problem, text, type Ending, serve } from "../server.ts";

const ID = "2712e341-754a-41ae-a9ce-4c0bb4b18c52";
const OTHER = "2712e341-754a-41ae-a9ce-4c0bb4b18c53";

interface Locals {
  notion: Client;
}
type Event = KitEvent & { locals: Locals };

/** A Worker with two pages, whose titles and events a test changes. */
async function worker(t: Ending) {
  const titles: Record<string, string> = { [ID]: "Tides", [OTHER]: "Storms" };
  const events: object[] = [];
  const state = { isAway: false, asked: 0 };
  const { url } = await serve(t, (response, request) => {
    const asked = new URL(request.url ?? "", "http://worker");
    if (state.isAway) return problem(500, "away")(response, request);
    if (asked.pathname === "/v1/events") {
      const after = Number.parseInt(asked.searchParams.get("after") ?? String(events.length), 10);
      return json({ results: events.slice(after), next: `${events.length}-0`, missed: false })(response, request);
    }
    state.asked += 1;
    const id = asked.pathname.split("/").at(-1) ?? "";
    if (asked.pathname === "/v1/pages")
      return json({ results: Object.keys(titles).map((id) => ({ id })), next_cursor: null, total: 2 })(
        response,
        request,
      );
    const title = titles[id.replace(/\.html$/, "")];
    if (title !== undefined && id.endsWith(".html")) return text(title, "text/html")(response, request);
    if (title === undefined) return problem(404, "none")(response, request);
    json({ object: "page", id, title, blocks: [] })(response, request);
  });
  const change = (id: string, title: string) => {
    titles[id] = title;
    events.push({
      id: `${events.length + 1}-0`,
      type: "page.updated",
      ts: 1,
      data: { id, version: events.length + 1 },
    });
  };
  return { url, change, state };
}

function eventOf(path: string, init: RequestInit = {}): Event {
  const url = new URL(path, "https://site.example");
  return { url, request: new Request(url, init), locals: {} as Locals };
}

/** Renders what a path names: a page, the list, or the page of a reader. */
async function resolve({ url, locals: { notion } }: Event): Promise<Response> {
  const headers = { "content-type": "text/html" };
  if (url.pathname === "/") return new Response(String((await notion.listPages()).total), { headers });
  const page = await notion.getPage(url.pathname.slice(1));
  if (page === null) return new Response("none", { status: 404, headers });
  if (url.searchParams.has("own")) return new Response(page.title, { headers: { ...headers, "set-cookie": "a=b" } });
  return new Response(page.title, { headers });
}

test("a page is rendered once, until an event is about it", async (t) => {
  const { url, change, state } = await worker(t);
  const handle = notionHandle({ client: createClient({ url, cache: 0 }), checkEvery: 0 });
  const get = async (path: string) => (await handle({ event: eventOf(path), resolve })).text();
  for (let at = 0; at < 3; at += 1)
    assert.deepEqual([await get(`/${ID}`), await get(`/${OTHER}`)], ["Tides", "Storms"]);
  assert.equal(state.asked, 2);
  change(ID, "High tides");
  assert.deepEqual([await get(`/${ID}`), await get(`/${OTHER}`)], ["High tides", "Storms"]);
  assert.equal(state.asked, 3);
});

test("a page that shows HTML by its id is made anew for its own events only, by its path for all", async (t) => {
  const { url, change } = await worker(t);
  const handle = notionHandle({ client: createClient({ url }), checkEvery: 0 });
  const rendered: string[] = [];
  const get = (name: string) => {
    const render = async ({ locals: { notion } }: Event) => {
      rendered.push(name);
      await notion.getHtml(name);
      return new Response("", { headers: { "content-type": "text/html" } });
    };
    return handle({ event: eventOf(`/${name}`), resolve: render });
  };
  const plain = ID.replaceAll("-", "").toUpperCase();
  for (let at = 0; at < 2; at += 1) for (const name of [ID, plain, `/${ID}`]) await get(name);
  assert.deepEqual(rendered.splice(0), [ID, plain, `/${ID}`]);
  change(OTHER, "Calms");
  for (const name of [ID, plain, `/${ID}`]) await get(name);
  assert.deepEqual(rendered.splice(0), [`/${ID}`]);
  change(ID, "High tides");
  for (const name of [ID, plain]) await get(name);
  assert.deepEqual(rendered, [ID, plain]);
});

test("what is made of several pages is made anew with each of them", async (t) => {
  const { url, change, state } = await worker(t);
  const handle = notionHandle({ client: createClient({ url }), checkEvery: 0 });
  const get = async () => (await handle({ event: eventOf("/"), resolve })).text();
  await get();
  await get();
  assert.equal(state.asked, 1);
  change(OTHER, "Calms");
  await get();
  assert.equal(state.asked, 2);
});

test("what changes while it is rendered is not kept", async (t) => {
  const { url, change } = await worker(t);
  const handle = notionHandle({ client: createClient({ url }), checkEvery: 0 });
  const get = async (path: string) => (await handle({ event: eventOf(path), resolve })).text();
  await get(`/${OTHER}`);
  const slow = async (event: Event) => {
    const response = await resolve(event);
    change(ID, "High tides");
    // Another request learns of it before this one is over.
    await get(`/${OTHER}`);
    return response;
  };
  assert.equal(await (await handle({ event: eventOf(`/${ID}`), resolve: slow })).text(), "Tides");
  assert.equal(await get(`/${ID}`), "High tides");
});

test("while there is no answer the old page is given", async (t) => {
  const { url, state } = await worker(t);
  const handle = notionHandle({ client: createClient({ url, retry: 0 }), checkEvery: 0 });
  const get = async () => (await handle({ event: eventOf(`/${ID}`), resolve })).text();
  await get();
  state.isAway = true;
  assert.equal(await get(), "Tides");
});

test("nothing is kept of what is one reader's, of what is not there, and of other methods", async (t) => {
  const { url, state } = await worker(t);
  const handle = notionHandle({ client: createClient({ url, cache: 0 }), checkEvery: 0 });
  for (let at = 1; at <= 2; at += 1) {
    await handle({ event: eventOf(`/${ID}?own`), resolve });
    await handle({ event: eventOf(`/2712e341-754a-41ae-a9ce-4c0bb4b18c00`), resolve });
    await handle({ event: eventOf(`/${ID}`, { method: "POST" }), resolve });
    await handle({ event: eventOf(`/${ID}`, { headers: { authorization: "x" } }), resolve });
    assert.equal(state.asked, 4 * at);
  }
});

test("pages that differ by a cookie are kept apart by a key, and not at all where they say that they differ", async (t) => {
  const { url } = await worker(t);
  const key = ({ url, request }: KitEvent) => `${url.href} ${request.headers.get("cookie")}`;
  const themed = ({ request }: KitEvent) => request.headers.get("cookie") ?? "";
  const render = (headers: Record<string, string>) => async (event: Event) => {
    await event.locals.notion.listPages();
    return new Response(themed(event), { headers: { "content-type": "text/html", ...headers } });
  };
  const get = async (handle: ReturnType<typeof notionHandle>, cookie: string, headers = {}) =>
    (await handle({ event: eventOf("/", { headers: { cookie } }), resolve: render(headers) })).text();
  const apart = notionHandle({ client: createClient({ url }), checkEvery: 0, key });
  for (const cookie of ["dark", "light", "dark"]) assert.equal(await get(apart, cookie), cookie);
  const varied = notionHandle({ client: createClient({ url }), checkEvery: 0 });
  for (const cookie of ["dark", "light"]) assert.equal(await get(varied, cookie, { vary: "Accept, Cookie" }), cookie);
});

test("what says that it differs by a header, or comes compressed, or has a nonce, is not kept", async (t) => {
  const { url, state } = await worker(t);
  const handle = notionHandle({ client: createClient({ url, cache: 0 }), checkEvery: 0 });
  for (const headers of [
    { vary: "Accept" },
    { vary: "Accept-Encoding, Accept-Language" },
    { "content-encoding": "gzip" },
    { "content-security-policy": "script-src 'self' 'nonce-x1'" },
  ]) {
    const before = state.asked;
    const render = async (event: Event) => {
      const response = await resolve(event);
      for (const [name, value] of Object.entries(headers)) response.headers.set(name, value ?? "");
      return response;
    };
    for (let at = 1; at <= 2; at += 1) await handle({ event: eventOf(`/${ID}`), resolve: render });
    assert.equal(state.asked - before, 2, JSON.stringify(headers));
  }
});

test("a page for which cookies were read is kept only where a key says what sets it apart", async (t) => {
  const { url } = await worker(t);
  const client = createClient({ url });
  const cookiesOf = (user: string) => ({ get: () => user, getAll: () => [{ name: "user", value: user }] });
  const kept = notionHandle<KitEvent>({ client, checkEvery: 0, key: ({ url }) => url.href });
  const careful = notionHandle({ client, checkEvery: 0 });
  for (const read of ["get", "getAll"] as const) {
    const greet = async ({ cookies, locals: { notion } }: Event & { cookies: ReturnType<typeof cookiesOf> }) => {
      await notion.listPages();
      return new Response(JSON.stringify(cookies[read]()), { headers: { "content-type": "text/html" } });
    };
    const get = async (handle: typeof careful, user: string) => {
      const event = { ...eventOf(`/?${read}`), cookies: cookiesOf(user) };
      return (await handle({ event, resolve: greet })).text();
    };
    assert.notEqual(await get(careful, "ann"), await get(careful, "ben"));
    assert.equal(await get(kept, "ann"), await get(kept, "ben"));
  }
});

test("what another hook has found out before is kept only where a key says what sets it apart", async (t) => {
  const { url } = await worker(t);
  const client = createClient({ url });
  const greet = async ({ locals }: Event) => {
    await locals.notion.listPages();
    const { user } = locals as unknown as { user: string };
    return new Response(user, { headers: { "content-type": "text/html" } });
  };
  const get = async (handle: ReturnType<typeof notionHandle>, user: string) => {
    const event = { ...eventOf("/"), locals: { user } as unknown as Locals };
    return (await handle({ event, resolve: greet })).text();
  };
  const careful = notionHandle({ client, checkEvery: 0 });
  assert.deepEqual([await get(careful, "ann"), await get(careful, "ben")], ["ann", "ben"]);
  const kept = notionHandle({ client, checkEvery: 0, key: ({ url }) => url.href });
  assert.deepEqual([await get(kept, "ann"), await get(kept, "ben")], ["ann", "ann"]);
});

test("what shows something that changes without an event is not kept", async (t) => {
  const { url, state } = await worker(t);
  const handle = notionHandle({ client: createClient({ url, cache: 0 }), checkEvery: 0 });
  const render = async (event: Event) => {
    await event.locals.notion.getComments(ID);
    return resolve(event);
  };
  for (let at = 1; at <= 2; at += 1) {
    await handle({ event: eventOf(`/${ID}`), resolve: render });
    assert.equal(state.asked, 2 * at);
  }
});

test("a list that goes by the present is not kept", async (t) => {
  const { url, state } = await worker(t);
  const handle = notionHandle({ client: createClient({ url, cache: 0 }), checkEvery: 0 });
  const filter = { property: "Published", date: { this_week: {} } };
  const lists = [
    async ({ locals: { notion } }: Event) => void (await notion.listPages({ filter })),
    async ({ locals: { notion } }: Event) => void (await Array.fromAsync(notion.iteratePages({ filter }))),
  ];
  for (const list of lists) {
    const before = state.asked;
    const render = async (event: Event) => {
      await list(event);
      return new Response("", { headers: { "content-type": "text/html" } });
    };
    for (let at = 1; at <= 2; at += 1) await handle({ event: eventOf("/"), resolve: render });
    assert.equal(state.asked - before, 2);
  }
});

test("who has it already gets no body", async (t) => {
  const { url } = await worker(t);
  const handle = notionHandle({ client: createClient({ url }), checkEvery: 0 });
  const first = await handle({ event: eventOf(`/${ID}`), resolve });
  assert.equal(first.headers.get("cache-tag"), `page-${ID}`);
  const etag = first.headers.get("etag") ?? "";
  const again = await handle({ event: eventOf(`/${ID}`, { headers: { "if-none-match": `"x", W/${etag}` } }), resolve });
  assert.deepEqual([again.status, await again.text(), again.headers.get("etag")], [304, "", etag]);
});

test("what does not fit goes, the oldest first", async (t) => {
  const { url, change, state } = await worker(t);
  const handle = notionHandle({ client: createClient({ url, cache: 0 }), checkEvery: 0, maxBytes: 1_000 });
  const get = async (id: string) => (await handle({ event: eventOf(`/${id}`), resolve })).text();
  await get(ID);
  await get(OTHER);
  await get(OTHER);
  assert.equal(state.asked, 2);
  await get(ID);
  assert.equal(state.asked, 3);
  change(OTHER, "x".repeat(2_000));
  await get(OTHER);
  await get(ID);
  assert.equal(state.asked, 4, "what does not fit at all has none go");
});

test("a preview begins by its secret, ends by a word, and is kept by nobody", async (t) => {
  const { url } = await worker(t);
  const drafts = { getPage: async () => ({ id: ID, title: "Draft" }) } as unknown as Client;
  const handle = notionHandle({
    client: createClient({ url }),
    checkEvery: 0,
    preview: { client: drafts, secret: "moon" },
  });
  const get = (path: string, cookie = "") => handle({ event: eventOf(path, { headers: { cookie } }), resolve });

  const begun = await get(`/${ID}?preview=moon&page=2`);
  assert.deepEqual([begun.status, begun.headers.get("location")], [307, `/${ID}?page=2`]);
  const cookie = begun.headers.get("set-cookie")?.split(";")[0] ?? "";
  assert.ok(!cookie.includes("moon") && /HttpOnly; SameSite=Lax; Secure/.test(begun.headers.get("set-cookie") ?? ""));
  const draft = await get(`/${ID}`, `a=b; ${cookie}`);
  assert.deepEqual([await draft.text(), draft.headers.get("cache-control")], ["Draft", "private, no-store"]);

  assert.equal(await (await get(`/${ID}`)).text(), "Tides", "nobody else sees it");
  for (const wrong of [`${cookie}0`, cookie.slice(0, -1), "notion-edge-preview=00"]) {
    assert.equal(await (await get(`/${ID}`, wrong)).text(), "Tides", wrong);
  }
  assert.equal(await (await get(`/${ID}?preview=sun`)).text(), "Tides");
  const ended = await get(`/${ID}?preview=off`, cookie);
  assert.match(ended.headers.get("set-cookie") ?? "", /^notion-edge-preview=; .*Max-Age=0/);
});

test("the cache in front of a site forgets by the same tags", async (t) => {
  const { url, change } = await worker(t);
  const handle = notionHandle({ client: createClient({ url }), checkEvery: 0 });
  const purged: string[][] = [];
  const platform = { ctx: { cache: { purge: async ({ tags }: { tags: string[] }) => void purged.push(tags) } } };
  await handle({ event: { ...eventOf(`/${ID}`), platform }, resolve });
  change(ID, "High tides");
  await handle({ event: { ...eventOf(`/${ID}`), platform }, resolve });
  assert.deepEqual(purged, [[`page-${ID}`, "lists"]]);
});

test("the cache in front of a site forgets everything where tags are too many, or events are missed", async (t) => {
  const state = { results: [] as object[], missed: false };
  const { url } = await serve(t, (response, request) => json({ ...state, next: "1-0" })(response, request));
  const handle = notionHandle({ client: createClient({ url }), checkEvery: 0 });
  const purged: object[] = [];
  const platform = { ctx: { cache: { purge: async (what: object) => void purged.push(what) } } };
  const ask = () => handle({ event: { ...eventOf("/"), platform }, resolve: () => new Response("") });
  await ask();
  assert.deepEqual(purged, [], "a program that begins knows of no change");
  state.results = Array.from({ length: 101 }, (_, at) => ({
    id: `${at}-0`,
    type: "page.updated",
    ts: at,
    data: { id: `${ID}${at}`, version: at },
  }));
  await ask();
  Object.assign(state, { results: [], missed: true });
  await ask();
  assert.deepEqual(purged, [{ purgeEverything: true }, { purgeEverything: true }]);
});

test("the end of a preview leads to no other site", async (t) => {
  const { url } = await worker(t);
  const client = createClient({ url });
  const handle = notionHandle({ client, preview: { client, secret: "moon" } });
  for (const path of [
    "https://site.example//other.example/?preview=off",
    "https://site.example/\\other.example/?preview=moon",
  ]) {
    const ended = await handle({ event: eventOf(path), resolve });
    assert.equal(ended.headers.get("location"), "/other.example/", path);
  }
});

test("a secret that anyone could give is refused", () => {
  const client = createClient({ url: "http://127.0.0.1:1" });
  for (const secret of ["", "off"]) {
    assert.throws(() => notionHandle({ client, preview: { client, secret } }), /pass a long random text/);
  }
});

test("a route is told whether it is a preview", async (t) => {
  const { url } = await worker(t);
  const client = createClient({ url });
  const handle = notionHandle({ client, maxBytes: 0, preview: { client, secret: "moon" } });
  const tell = ({ locals }: Event) => new Response(String((locals as { isPreview?: boolean }).isPreview));
  const get = async (cookie: string) =>
    (await handle({ event: eventOf("/", { headers: { cookie } }), resolve: tell })).text();
  const begun = await handle({ event: eventOf("/?preview=moon"), resolve: tell });
  assert.equal(await get(begun.headers.get("set-cookie")?.split(";")[0] ?? ""), "true");
  assert.equal(await get(""), "false");
});

test("what is kept of a page is not given for its data, nor for a remote function", async (t) => {
  const { url } = await worker(t);
  const handle = notionHandle({ client: createClient({ url }), checkEvery: 0 });
  const tell = async (event: Event) => {
    await event.locals.notion.listPages();
    const what = event.isDataRequest ? "data" : event.isRemoteRequest ? "remote" : "page";
    return new Response(`${what} ${new URL(event.request.url).search}`, { headers: { "content-type": "text/html" } });
  };
  const get = async (asked: string, more: Partial<Event>) => {
    const request = new Request(`https://site.example${asked}`);
    return (await handle({ event: { ...eventOf("/"), request, ...more }, resolve: tell })).text();
  };
  for (let at = 0; at < 2; at += 1) {
    assert.equal(await get("/", {}), "page ");
    assert.equal(await get("/__data.json?x=01", { isDataRequest: true }), "data ?x=01");
    assert.equal(await get("/__data.json?x=11", { isDataRequest: true }), "data ?x=11");
    assert.equal(await get("/_app/remote/a/b", { isRemoteRequest: true }), "remote ");
  }
});
