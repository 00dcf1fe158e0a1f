/** The client over a real Worker, and over the Redis below it: the same answers. And what the compiler knows of a real workspace. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { Redis as Upstash } from "@upstash/redis";
import { buildSdk } from "../local/build.mjs";
import { exportAll } from "../local/cron.mjs";
import { root, stackFor, storeOf } from "./harness.mjs";

const BLOG = "b1094c7e-5d2f-4a86-8e13-7f60c2d9a4b5";

/** @param {string} name */
const load = (name) => import(join(root, "sdk-ts/dist", name));

/** The package is built by the test, after its types are checked. @typedef {any} Client */

test("a site reads the same from the Worker and from Redis, and the compiler knows its data sources", async (t) => {
  await buildSdk();
  const [{ createClient }, { createRedisClient }, { ioredis, upstash }] = await Promise.all([
    load("index.js"),
    load("redis/index.js"),
    load("store/index.js"),
  ]);
  const everything = "page+database+block+user+comment";
  const stack = await stackFor(t, { vars: { OBJECT_TYPES: everything, PREVIEW_TOKENS: "preview" } });
  await exportAll(stack.worker, () => {});
  const { url } = stack.worker;
  /** @type {Client} */
  const worker = createClient({ url, token: "preview" });
  const http = new Upstash({ url: stack.vars.UPSTASH_REDIS_REST_URL, token: stack.vars.UPSTASH_REDIS_REST_TOKEN });
  /** @type {Record<string, Client>} */
  const others = {
    "Redis over HTTP": createRedisClient({ transport: upstash(http), url }),
    "Redis over TCP": createRedisClient({ transport: ioredis(storeOf(t, stack)), url }),
  };
  /** @type {{ id: string, path: string, data_source_id: string | null, database_id: string | null }[]} */
  const pages = await all(worker.iteratePages());
  const [first] = pages;
  assert.ok(first && pages.length > 50);
  const row = pages.find(({ data_source_id }) => data_source_id === BLOG);
  const [database, author] = [row?.database_id ?? "", (await worker.getPage(row?.id ?? "")).created_by.id];
  const { blocks } = await worker.getPage("/little-auk-instruments");
  const rest = await worker.listPages({ parentId: database, limit: 4 });
  const documents = await worker.getPages(ids(pages), { fields: ["id", "path"] });
  const commented = (await Promise.all(ids(pages).map((id) => worker.getComments(id)))).findIndex(
    (it) => it.length > 0,
  );
  assert.ok(commented >= 0 && rest.next_cursor !== null && documents.length === pages.length);

  /** @type {Record<string, (client: Client) => Promise<unknown>>} */
  const reads = {
    "a page by its id": (client) => client.getPage(first.id),
    "a page by its path": (client) => client.getPage(first.path),
    "fields of a page": (client) => client.getPage(first.id, { fields: ["title", "toc"] }),
    "no page": (client) => client.getPage("/nowhere"),
    HTML: (client) => client.getHtml(first.id),
    Markdown: (client) => client.getMarkdown(first.path),
    "all pages": (client) => all(client.iteratePages()),
    "several documents": (client) => client.getPages(ids(pages)),
    "a list with a filter": (client) =>
      client.listPages({
        dataSourceId: BLOG,
        filter: { property: "Status", status: { equals: "Published" } },
        sorts: [{ property: "Published", direction: "descending" }],
      }),
    "the tree": (client) => client.getTree({ rows: true }),
    "a search": (client) => client.search("tide"),
    "a part of a list": (client) => client.listPages({ parentId: database, limit: 4, cursor: rest.next_cursor }),
    "a part of the tree": (client) => client.getTree({ root: pages.at(-1)?.id, depth: 1 }),
    "a list by a time": (client) =>
      all(client.iteratePages({ sorts: [{ timestamp: "created_time", direction: "ascending" }] })),
    "some of several documents": (client) => client.getPages([first.id, BLOG, first.id], { fields: ["id", "title"] }),
    "a data source": (client) => client.getDataSource(BLOG),
    "no data source": (client) => client.getDataSource(first.id),
    "a database": (client) => client.getDatabase(database.replaceAll("-", "").toUpperCase()),
    "a user": (client) => client.getUser(author),
    "a block": (client) => client.getBlock(blocks[0].id),
    "no block": (client) => client.getBlock(BLOG),
    "the comments of a page": (client) => client.getComments(pages[commented]?.id),
    "no comments": (client) => client.getComments(BLOG),
    "the last events": (client) => client.getEvents({ limit: 3 }),
    "the status": async (client) => ({ ...(await client.getStatus()), worker: null, now: null }),
    "what makes no sense": (client) =>
      Promise.all(
        [
          client.listPages({ limit: 0 }),
          client.listPages({ cursor: "nope" }),
          client.listPages({ filter: { property: "Status", number: { equals: 1 } }, dataSourceId: BLOG }),
          client.search(""),
          client.getTree({ depth: 51 }),
          client.getEvents({ after: "nope" }),
          client.getPage(first.id, { fields: ["nope"] }),
        ].map((asked) =>
          asked.catch((/** @type {Error & { status?: number }} */ { name, message, status }) => [
            name,
            message.replace(/^GET \S+/, ""),
            status,
          ]),
        ),
      ),
    events: (client) => client.getEvents({ after: 0, limit: 1_000 }),
    "a version that is there": (client) => client.listPages({ version: 1 }),
  };
  for (const [what, read] of Object.entries(reads)) {
    const wanted = await read(worker);
    for (const [name, client] of Object.entries(others)) {
      await t.test(`${name}: ${what}`, async () => assert.deepEqual(await read(client), wanted));
    }
  }
  assert.equal((await all(worker.iteratePages({ dataSourceId: BLOG }))).length, 11);
  for (const [name, client] of Object.entries({ Worker: worker, ...others })) {
    await t.test(`${name}: a version that is not there yet is told`, async () => {
      const reading = client.listPages({ version: 1_000_000, signal: AbortSignal.timeout(30_000) });
      await assert.rejects(reading, { name: "UnavailableError", status: 503 });
    });
    await t.test(`${name}: events come one after the other`, async () => {
      const seen = new Set();
      for await (const told of client.subscribe({ after: 0 })) {
        if (told.type === "page.created") seen.add(told.data.id);
        if (seen.size === pages.length) break;
      }
    });
  }

  await t.test("names of properties, operators and options that there are not do not compile", async () => {
    const { declare } = await load("types/declaration.js");
    const { findDataSources } = await load("types/find.js");
    const found = await findDataSources(worker);
    const text = declare(found, { zod: false });
    assert.equal(declare(found.toReversed(), { zod: false }), text, "in whatever order they are found");
    // Inside of the checkout, where the package can be found by its name.
    const folder = join(root, "sdk-ts", ".types-test");
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    writeFileSync(join(folder, "notion-edge.ts"), text);
    const { schemaTypes } = await load("astro/schema.js");
    writeFileSync(join(folder, "entry.ts"), await schemaTypes(worker, { dataSourceId: BLOG }));
    const fields = ["id", "values"];
    writeFileSync(join(folder, "part.ts"), await schemaTypes(worker, { dataSourceId: BLOG, fields }));
    writeFileSync(join(folder, "site.ts"), SITE);
    const options = [
      "--noEmit",
      "--strict",
      "--module",
      "nodenext",
      "--target",
      "es2023",
      "--skipLibCheck",
      "--types",
      "",
    ];
    const tsc = join(root, "node_modules/.bin/tsc");
    const { stdout } = await promisify(execFile)(tsc, [...options, "--ignoreConfig", join(folder, "site.ts")]).catch(
      (error) => error,
    );
    assert.equal(stdout, "");

    writeFileSync(join(folder, "with-zod.ts"), declare(found, { zod: true }));
    const { dataSources, values } = await import(join(folder, "with-zod.ts"));
    let rows = 0;
    for (const [name, { id }] of Object.entries(dataSources)) {
      for (const row of await all(worker.iteratePages({ dataSourceId: id }))) {
        const { error } = values[name].safeParse(row.values);
        assert.equal(error, undefined, `${name}: ${error?.message}`);
        rows += 1;
      }
    }
    assert.ok(rows > 30, `${rows} rows are what the types say`);
  });
});

test("what is read after an event is from after it: a page that has changed, and one that is gone", async (t) => {
  await buildSdk();
  const { createClient } = await load("index.js");
  const stack = await stackFor(t, { vars: { ADMIN_TOKENS: "secret" } });
  await exportAll(stack.worker, () => {});
  /** @type {Client} */
  const client = createClient({ url: stack.worker.url });
  const before = await client.getPage("/what-a-datum-is");
  const { next } = await client.getEvents({ limit: 1 });
  /** @type {{ type: string, data: { id: string } }[]} */
  const told = [];
  const following = (async () => {
    for await (const event of client.subscribe({ after: next })) {
      if (!event.type.startsWith("page.") || event.data.id !== before.id) continue;
      told.push(event);
      // By its path as well: the isolate remembers what it had for that a moment ago.
      const [page, same] = await Promise.all([client.getPage(before.id), client.getPage("/what-a-datum-is")]);
      if (event.type === "page.updated") {
        assert.ok(page.text.includes("News of the datum") && same.text.includes("News of the datum"));
        await order({ type: "trash", id: before.id });
      } else {
        assert.deepEqual([event.type, page, same], ["page.deleted", null, null]);
        return;
      }
    }
  })();
  await order({ type: "append_paragraph", parent: before.id, text: "News of the datum" });
  await following;
  assert.equal(told.length, 2);

  /** @param {object} change */
  async function order(change) {
    await client.getPage("/what-a-datum-is");
    await fetch(`${stack.sim?.address}/_sim/changes`, { method: "POST", body: JSON.stringify(change) });
    const headers = { authorization: "Bearer secret" };
    const body = JSON.stringify({ job: "page", id: before.id });
    const answer = await fetch(`${stack.worker.url}/v1/exports`, { method: "POST", headers, body });
    assert.equal(answer.status, 202);
  }
});

/** @param {{ id: string }[]} pages */
function ids(pages) {
  return pages.map(({ id }) => id);
}

/** @template T @param {AsyncIterable<T>} items @returns {Promise<T[]>} */
async function all(items) {
  const given = [];
  for await (const item of items) given.push(item);
  return given;
}

/** Compiles only where each line below a directive does not. */
const SITE = `
import { createClient } from "notion-edge";
import type { Entry } from "./entry.js";
import type { Entry as Part } from "./part.js";
import { type Blog, dataSources } from "./notion-edge.js";

const blog = createClient({ url: "http://127.0.0.1", dataSources }).dataSource("Blog");
export async function titles(): Promise<string[]> {
  const { results } = await blog.list({ filter: { Status: { equals: "Published" }, Tags: { contains: "tides" } } });
  return results.map((post: Blog) => post.values.Name + post.values.Tags.join());
}
// @ts-expect-error no such property
blog.list({ filter: { Stauts: { equals: "Published" } } });
// @ts-expect-error no such option
blog.list({ filter: { Status: { equals: "Publisht" } } });
// @ts-expect-error no such operator
blog.list({ filter: { Featured: { contains: true } } });
// @ts-expect-error no such value
export const wrong = (post: Blog) => post.values.Naem;
export const status = ({ values }: Entry): "Draft" | "In review" | "Published" | null => values.Status;
// @ts-expect-error no such option
export const never = ({ values }: Entry) => values.Status === "Publisht";
export const part = ({ values }: Part): string => values.Name;
// @ts-expect-error no such field was asked for
export const whole = ({ blocks }: Part) => blocks;
`;
