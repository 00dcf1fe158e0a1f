/** What the loader asks for, and how much of it at once. A whole Astro is in tests/astro.test.mjs. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { LoaderContext } from "astro/loaders";
import { notionLoader } from "../../src/astro/loader.ts";
import { type Filter, createClient } from "../../src/index.ts";
import { json, problem, serve, text, type Reply } from "../server.ts";

const PAGES = Array.from({ length: 60 }, (_, at) => {
  const id = `00000000-0000-4000-8000-${String(at).padStart(12, "0")}`;
  return {
    object: "page",
    id,
    path: `/page-${at}`,
    text: "",
    complete: true,
    errors: [],
    toc: [{ id: "1", level: 1, text: "Intro" }],
    blocks: at % 3 === 0 ? [] : [{ type: "divider" }],
  };
});

test("a page that holds nothing is stored without a request for its HTML", async (t) => {
  const { url, asked } = await serve(t, answer());
  const { store, context } = contextOf();
  await notionLoader({ client: createClient({ url }) }).load(context);
  assert.equal(store.size, PAGES.length);
  assert.equal(asked.filter((it) => it.includes(".html")).length, PAGES.length - 20);
  const [empty, other] = ["page-0", "page-1"].map((id) => store.get(id)?.rendered?.html);
  assert.deepEqual([empty, other], ["", "<hr>"]);
});

test("of a document what is named is asked for and stored, and the HTML keeps its headings", async (t) => {
  const { url, asked } = await serve(t, answer());
  const { store, context } = contextOf();
  const loader = notionLoader({ client: createClient({ url }), fields: ["path", "id"] });
  await loader.load(context);
  const fields = asked.flatMap((it) => new URLSearchParams(it.split("?")[1]).get("fields") ?? []);
  assert.deepEqual([...new Set(fields)], ["id,path,toc"]);
  const { id, path } = PAGES[1] ?? assert.fail();
  assert.deepEqual(store.get("page-1")?.data, { id, path });
  assert.equal(store.get("page-1")?.rendered?.metadata.headings[0]?.slug, "h-intro");
  const count = asked.length;
  await loader.load(context);
  assert.equal(asked.length, count + 1, "the next build asks for events only");
  await notionLoader({ client: createClient({ url }) }).load(context);
  assert.deepEqual(
    Object.keys(store.get("page-1")?.data ?? {}),
    Object.keys(PAGES[1] ?? {}),
    "all of them, once they are wanted",
  );
});

test("a list of what is no data source is told, and ends the build where it is a database; so is a site without pages", async (t) => {
  let isEmpty = true;
  const [database, source, unknown] = [1, 2, 3].map((it) => `00000000-0000-4000-9000-00000000000${it}`);
  const { url } = await serve(t, (response, request) => {
    const { pathname } = new URL(request.url ?? "", "http://worker");
    if (pathname === "/v1/pages" && isEmpty)
      return json({ results: [], next_cursor: null, total: 0 })(response, request);
    if (pathname === `/v1/databases/${database}`) return json({ data_sources: [{ id: source }] })(response, request);
    if (pathname === `/v1/data-sources/${source}`) return json({ id: source })(response, request);
    if (pathname === "/v1/events") return answer()(response, request);
    problem(404, "nothing has been exported")(response, request);
  });
  const load = async (dataSourceId?: string) => {
    const { context, warned } = contextOf();
    await notionLoader({ client: createClient({ url }), dataSourceId }).load(context);
    return warned;
  };
  await assert.rejects(load(database), {
    message: `dataSourceId ${database} is a database: pass its data source, ${source}`,
  });
  assert.deepEqual(await load(unknown), [`there is no data source ${unknown} for readers: is that its id?`]);
  assert.deepEqual(await load(source), []);
  assert.deepEqual(await load(), [
    "there are no pages for readers: has the first export begun, and who may read them?",
  ]);
  // To who may know of all, the Worker says that there is nothing of that id.
  isEmpty = false;
  await assert.rejects(load(database), { message: /is a database: pass its data source/ });
  await assert.rejects(load(unknown), { name: "BadRequestError", status: 404, message: /nothing has been exported/ });
});

test("no more requests are under way than allowed, and as many as that", async (t) => {
  for (const concurrency of [1, 3]) assert.equal(await mostAtOnce(t, concurrency), concurrency);
});

test("no requests at once is told, rather than waited for", async (t) => {
  const { url } = await serve(t, answer());
  for (const concurrency of [0, -1, 1.5, Number.NaN]) {
    assert.throws(() => notionLoader({ client: createClient({ url }), concurrency }), /^TypeError: concurrency is /);
  }
});

test("after an answer that ends the build nothing more is asked", async (t) => {
  const refuse = problem(403, "no");
  const { url, asked } = await serve(t, (response, request) => {
    (request.url?.includes(".html") ? refuse : answer())(response, request);
  });
  const loading = notionLoader({ client: createClient({ url }), concurrency: 1 }).load(contextOf().context);
  await assert.rejects(loading, /answered 403/);
  const count = asked.length;
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(asked.filter((it) => it.includes(".html")).length, 1);
  assert.equal(asked.length, count);
});

test("after more changes at once than one answer tells, the next build asks for events only", async (t) => {
  const events = Array.from({ length: 1_500 }, (_, at) => {
    const data = { id: PAGES[at % PAGES.length]?.id, version: at };
    return { id: `${1_000_000 + at}-0`, type: "page.updated", ts: 1_000_000 + at, data };
  });
  const { url, asked } = await serve(t, (response, request) => {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://worker");
    if (pathname !== "/v1/events") return answer()(response, request);
    const after = searchParams.get("after");
    const from = after === null ? 500 : events.findIndex(({ ts }) => ts > Number.parseInt(after, 10));
    const results = from < 0 ? [] : events.slice(from, from + 1_000);
    json({
      results,
      next: results.at(-1)?.id ?? after,
      missed: after !== null && Number.parseInt(after, 10) < 1_000_000,
    })(response, request);
  });
  const loader = notionLoader({ client: createClient({ url }) });
  const { context } = contextOf();
  await loader.load(context);
  const count = asked.length;
  await loader.load(context);
  assert.deepEqual(asked.slice(count), ["GET /v1/events?after=1001499-0&limit=1000"]);
});

test("what one token has read is not kept for another, nor for none", async (t) => {
  const { url, asked } = await serve(t, answer());
  const { store, context } = contextOf();
  const read = async (token?: string) => {
    const before = asked.length;
    await notionLoader({ client: createClient({ url, token }) }).load(context);
    return asked.length - before;
  };
  const whole = await read("preview");
  store.set("draft", { id: "draft", data: {} });
  assert.equal(await read("preview"), 1, "the same reads only events");
  assert.equal(await read(), whole);
  assert.ok(!store.has("draft"));
  assert.equal(await read("preview"), whole);
});

for (const [what, other] of [
  ["a preview", { token: "preview" }],
  ["another list", { filter: { property: "Status", status: { equals: "Draft" } } }],
] as const) {
  test(`what ${what} had read until it failed is not in the next build without it`, async (t) => {
    const [draft, broken] = ["draft", "broken"].map((name, at) => {
      return { ...PAGES[1], id: `00000000-0000-4000-9000-00000000000${at}`, path: `/${name}` };
    });
    const { url } = await serve(t, (response, request) => {
      const { pathname, searchParams } = new URL(request.url ?? "", "http://worker");
      const isOther = request.headers.authorization !== undefined || searchParams.has("filter");
      const all = [draft, broken, ...PAGES];
      const ids = searchParams.get("ids")?.split(",") ?? [];
      if (pathname === "/v1/pages")
        return json({ results: isOther ? all : PAGES, next_cursor: null })(response, request);
      if (pathname === `/v1/pages/${broken?.id}.html`) return problem(403, "no")(response, request);
      if (pathname !== "/v1/pages:batch") return answer()(response, request);
      json({ results: all.filter((page) => ids.includes(page?.id ?? "")) })(response, request);
    });
    const { store, context } = contextOf();
    const load = ({ token, ...list }: { token?: string; filter?: Filter }) =>
      notionLoader({ client: createClient({ url, token }), concurrency: 1, ...list }).load(context);
    await load({});
    await assert.rejects(load(other), /answered 403/);
    assert.ok(store.has("draft"), "it was stored before the failure");
    await load({});
    assert.ok(!store.has("draft"));
    assert.equal(store.size, PAGES.length);
  });
}

test("what arrives after a failure replaces nothing that was read since", async (t) => {
  const [slow, broken] = [PAGES[1]?.id, PAGES[2]?.id];
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const arrived = Promise.withResolvers<void>();
  const state = { text: "before", isFailing: true };
  const { url } = await serve(t, async (response, request) => {
    const { pathname } = new URL(request.url ?? "", "http://worker");
    const { text: body, isFailing } = state;
    if (pathname === `/v1/pages/${broken}.html` && isFailing) return problem(403, "no")(response, request);
    if (pathname !== `/v1/pages/${slow}.html`) return answer()(response, request);
    if (isFailing) await released;
    if (isFailing) response.once("close", arrived.resolve);
    text(body, "text/html")(response, request);
  });
  const { store, context } = contextOf();
  const load = () => notionLoader({ client: createClient({ url }), concurrency: 2 }).load(context);
  await assert.rejects(load(), /answered 403/);
  Object.assign(state, { text: "now", isFailing: false });
  await load();
  const html = () => store.get("page-1")?.rendered?.html;
  assert.equal(html(), "now");
  release();
  await arrived.promise;
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(html(), "now");
});

test("what was read is kept where another token is refused", async (t) => {
  const refuse = problem(401, "no");
  const { url } = await serve(t, (response, request) => {
    (request.headers.authorization === "Bearer wrong" ? refuse : answer())(response, request);
  });
  const { store, context } = contextOf();
  const load = (token: string) => notionLoader({ client: createClient({ url, token }) }).load(context);
  await load("right");
  await assert.rejects(load("wrong"), { name: "UnauthorizedError" });
  assert.equal(store.size, PAGES.length);
});

test("another filter has nothing read again that was read before it", async (t) => {
  const { url, asked } = await serve(t, answer());
  const { store, context } = contextOf();
  const load = async (day: string) => {
    const before = asked.length;
    const filter = { property: "Published", date: { on_or_before: day } };
    await notionLoader({ client: createClient({ url }), filter }).load(context);
    return asked.slice(before).map((it) => it.split("?")[0]);
  };
  await load("2026-11-01");
  assert.deepEqual(await load("2026-11-01"), ["GET /v1/events"]);
  store.set("left-out", { id: "left-out", data: {} });
  assert.deepEqual(await load("2026-11-02"), ["GET /v1/events", "GET /v1/pages"]);
  assert.ok(!store.has("left-out"));
});

test("what happened behind events that a reader is not told of is seen as well", async (t) => {
  const { id } = PAGES[1] ?? assert.fail();
  const event = { id: "3-0", type: "page.updated", ts: 1, data: { id, version: 2 } };
  const parts: Record<string, object> = {
    "1-0": { results: [], next: "2-0", missed: false },
    "2-0": { results: [event], next: "3-0", missed: false },
    "3-0": { results: [], next: "3-0", missed: false },
  };
  const { url, asked } = await serve(t, (response, request) => {
    const after = new URL(request.url ?? "", "http://worker").searchParams.get("after") ?? "";
    (after in parts ? json(parts[after]) : answer())(response, request);
  });
  const { context } = contextOf();
  const load = async () => {
    const before = asked.length;
    await notionLoader({ client: createClient({ url }), html: false }).load(context);
    return asked
      .slice(before)
      .filter((it) => it.includes(":batch") || it.includes("after="))
      .map((it) => it.split("?")[1]);
  };
  await load();
  const events = (after: string) => `after=${after}&limit=1000`;
  assert.deepEqual(await load(), [events("1-0"), events("2-0"), events("3-0"), `ids=${id}&v=2`]);
  assert.deepEqual(await load(), [events("3-0")]);
});

test("a schema of the site's own may leave out the id, and still only what has changed is read again", async (t) => {
  const { id } = PAGES[1] ?? assert.fail();
  const events: object[] = [];
  const { url, asked } = await serve(t, (response, request) => {
    const event = { results: events, next: `${events.length + 1}-0`, missed: false };
    (request.url?.startsWith("/v1/events") ? json(event) : answer())(response, request);
  });
  const { store, context } = contextOf();
  context.parseData = (async ({ data }: { data: { path: string } }) => ({ path: data.path })) as never;
  const loader = notionLoader({ client: createClient({ url }) });
  await loader.load(context);
  assert.deepEqual(store.get("page-1")?.data, { path: "/page-1" });
  events.push({ id: "2-0", type: "page.updated", ts: 1, data: { id, version: 2 } });
  const before = asked.length;
  await loader.load(context);
  const batches = asked.slice(before).filter((it) => it.includes(":batch"));
  assert.deepEqual(
    batches.map((it) => new URLSearchParams(it.split("?")[1]).get("ids")),
    [id],
  );
});

test("a filter that goes by the present is asked for again, although nothing has changed", async (t) => {
  const { url, asked } = await serve(t, answer());
  const { context } = contextOf();
  const filter = { property: "Published", date: { past_week: {} } };
  const load = () => notionLoader({ client: createClient({ url }), filter }).load(context);
  await load();
  const before = asked.length;
  await load();
  assert.deepEqual(
    asked.slice(before).map((it) => it.split("?")[0]),
    ["GET /v1/events", "GET /v1/pages"],
  );
});

async function mostAtOnce(t: TestContext, concurrency: number): Promise<number> {
  const { url } = await serve(t, answer());
  let [now, most] = [0, 0];
  const counting: typeof fetch = async (...asked) => {
    now += 1;
    most = Math.max(most, now);
    try {
      return await fetch(...asked);
    } finally {
      now -= 1;
    }
  };
  await notionLoader({ client: createClient({ url, fetch: counting }), concurrency }).load(contextOf().context);
  return most;
}

/** A Worker with these pages. */
function answer(): Reply {
  return (response, request) => {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://worker");
    const ids = searchParams.get("ids")?.split(",") ?? [];
    const reply =
      pathname === "/v1/events"
        ? json({ results: [], next: "1-0" })
        : pathname === "/v1/pages"
          ? json({ results: PAGES, next_cursor: null })
          : pathname === "/v1/pages:batch"
            ? json({
                results: PAGES.filter(({ id }) => ids.includes(id)).map((page) =>
                  partOf(page, searchParams.get("fields")),
                ),
              })
            : text("<hr>", "text/html");
    reply(response, request);
  };
}

/** The fields that a request names. */
function partOf(page: object, fields: string | null): object {
  const names = fields?.split(",");
  return names === undefined ? page : Object.fromEntries(Object.entries(page).filter(([name]) => names.includes(name)));
}

interface Stored {
  id: string;
  data?: object;
  rendered?: { html: string; metadata: { headings: { slug: string }[] } };
}

/** What Astro gives a loader, as far as this one uses it. */
function contextOf() {
  const warned: string[] = [];
  const store = new Map<string, Stored>();
  const context = {
    logger: { info: () => {}, warn: (message: string) => void warned.push(message) },
    meta: new Map<string, string>(),
    generateDigest: (data: unknown) => JSON.stringify(data),
    parseData: async ({ data }: { data: unknown }) => data,
    store: {
      clear: () => store.clear(),
      keys: () => [...store.keys()],
      values: () => [...store.values()],
      delete: (id: string) => store.delete(id),
      set: (entry: Stored) => store.set(entry.id, entry) !== undefined,
    },
  };
  return { store, warned, context: context as unknown as LoaderContext };
}
