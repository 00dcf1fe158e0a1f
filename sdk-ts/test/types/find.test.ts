/** Which data sources `notion-edge types` finds in a workspace. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient } from "../../src/index.ts";
import { findDataSources } from "../../src/types/find.ts";
import { json, problem, serve, type Ending } from "../server.ts";

/** An id that one can read: the word in hexadecimal. */
function idOf(word: string): string {
  const digits = Buffer.from(word).toString("hex").padStart(32, "0");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

interface Workspace {
  /** For each page the database that it is a row of, and those that it holds or links to. */
  pages?: { database?: string; links?: string[] }[];
  /** For each database the databases that its relations lead to. */
  databases: Record<string, string[]>;
}

/** The names of the databases whose data sources are found; of each database there is one data source. */
async function foundIn(t: Ending, { pages = [], databases }: Workspace, ids: string[] = []) {
  const { url, asked } = await serve(t, (response, request) => {
    const { pathname } = new URL(request.url ?? "", "http://worker");
    const name = Object.keys(databases).find((it) => pathname.includes(idOf(it)));
    const reply = () => {
      if (pathname === "/v1/pages") {
        const results = pages.map(({ database }, at) => ({
          id: idOf(`page ${at}`),
          database_id: database === undefined ? null : idOf(database),
          data_source_id: database === undefined ? null : idOf(`${database}s`),
        }));
        return json({ results, next_cursor: null, total: results.length });
      }
      if (pathname.startsWith("/v1/pages")) {
        const results = pages.map(({ links = [] }, at) => ({
          id: idOf(`page ${at}`),
          links: [
            ...links.map((it) => ({ type: "database", id: idOf(it) })),
            { type: "url", url: "https://a.example" },
          ],
        }));
        return json({ results });
      }
      const source = Object.keys(databases).find((it) => pathname === `/v1/data-sources/${idOf(`${it}s`)}`);
      if (source !== undefined) return json({ id: idOf(`${source}s`), properties: relations(databases[source] ?? []) });
      if (pathname === `/v1/databases/${idOf(name ?? "")}`) return json({ data_sources: [{ id: idOf(`${name}s`) }] });
      return problem(404, "no such thing");
    };
    reply()(response, request);
  });
  const found = await findDataSources(createClient({ url }), { ids: ids.map(idOf) });
  const names = Object.keys(databases).filter((name) => found.some(({ id }) => id === idOf(`${name}s`)));
  assert.equal(found.length, names.length, "each is found once");
  return { names, asked };
}

function relations(to: string[]) {
  const all = to.map((name) => [
    name,
    { type: "relation", relation: { database_id: idOf(name), data_source_id: idOf(`${name}s`) } },
  ]);
  return Object.fromEntries([["Name", { type: "title" }], ...all]);
}

test("a database is found by its rows, and one without any by a page that holds or links to it", async (t) => {
  const pages = [{ database: "blog" }, { database: "blog" }, { links: ["team"] }];
  const { names } = await foundIn(t, { pages, databases: { blog: [], team: [], alone: [] } });
  assert.deepEqual(names, ["blog", "team"]);
});

test("what relations lead to is found without a row, also over several of them and in a circle", async (t) => {
  const databases = { blog: ["author", "gone"], author: ["city"], city: ["blog"], alone: [] };
  const { names, asked } = await foundIn(t, { pages: [{ database: "blog" }], databases });
  assert.deepEqual(names, ["blog", "author", "city"]);
  assert.deepEqual([...new Set(asked)], asked, "nothing is asked for twice");
});

test("who names a database or a data source that nothing leads to gets it", async (t) => {
  const databases = { blog: [], alone: [], other: [] };
  const { names } = await foundIn(t, { pages: [{ database: "blog" }], databases }, ["alone", "others"]);
  assert.deepEqual(names, ["blog", "alone", "other"]);
});
