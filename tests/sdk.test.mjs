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
  const stack = await stackFor(t);
  await exportAll(stack.worker, () => {});
  const { url } = stack.worker;
  /** @type {Client} */
  const worker = createClient({ url });
  const http = new Upstash({ url: stack.vars.UPSTASH_REDIS_REST_URL, token: stack.vars.UPSTASH_REDIS_REST_TOKEN });
  /** @type {Record<string, Client>} */
  const others = {
    "Redis over HTTP": createRedisClient({ transport: upstash(http), url }),
    "Redis over TCP": createRedisClient({ transport: ioredis(storeOf(t, stack)), url }),
  };
  /** @type {{ id: string, path: string }[]} */
  const pages = await all(worker.iteratePages());
  const ids = pages.map(({ id }) => id);
  const [first] = pages;
  assert.ok(first && pages.length > 50);

  /** @type {Record<string, (client: Client) => Promise<unknown>>} */
  const reads = {
    "a page by its id": (client) => client.getPage(first.id),
    "a page by its path": (client) => client.getPage(first.path),
    "fields of a page": (client) => client.getPage(first.id, { fields: ["title", "toc"] }),
    "no page": (client) => client.getPage("/nowhere"),
    HTML: (client) => client.getHtml(first.id),
    Markdown: (client) => client.getMarkdown(first.path),
    "all pages": (client) => all(client.iteratePages()),
    "several documents": (client) => client.getPages(ids),
    "a list with a filter": (client) =>
      client.listPages({
        dataSourceId: BLOG,
        filter: { property: "Status", status: { equals: "Published" } },
        sorts: [{ property: "Published", direction: "descending" }],
      }),
    "the tree": (client) => client.getTree({ rows: true }),
    "a search": (client) => client.search("tide"),
    "a data source": (client) => client.getDataSource(BLOG),
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
    writeFileSync(join(folder, "entry.ts"), await schemaTypes(worker, BLOG));
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
`;
