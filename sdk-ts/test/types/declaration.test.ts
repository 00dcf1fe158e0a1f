/** What is written of data sources, whatever people call them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { DataSource } from "../../src/index.ts";
import { declare } from "../../src/types/declaration.ts";

const options = (...names: string[]) => ({ options: names.map((name) => ({ id: name, name, color: "default" })) });

function source(title: string, id: string, properties: object): DataSource {
  return { object: "data_source", id, title: [{ plain_text: title }], properties } as unknown as DataSource;
}

test("each data source is a constant and two types, in the order of the alphabet", () => {
  const text = declare([
    source("Reading list", "b", {
      "Read on": { type: "date" },
      Kind: { type: "select", select: options('a "b"', "c\n") },
    }),
    source("Blog", "a", {
      Name: { type: "title" },
      New: { type: "brand_new" },
      Tags: { type: "multi_select", multi_select: options() },
    }),
  ]);
  assert.equal(
    text.slice(text.indexOf("export const")),
    `export const dataSources = {
  Blog: {
    id: "a",
    properties: {
      Name: { type: "title" },
      New: { type: "brand_new" },
      Tags: { type: "multi_select" },
    },
  },
  "Reading list": {
    id: "b",
    properties: {
      Kind: { type: "select", options: ["a \\"b\\"", "c\\n"] },
      "Read on": { type: "date" },
    },
  },
} as const;

/** A row of Blog, as lists have it. */
export interface Blog extends RowOf<typeof dataSources.Blog> {}

/** A row of Blog with all that it holds. */
export interface BlogDocument extends DocumentOf<typeof dataSources.Blog> {}

/** A row of Reading list, as lists have it. */
export interface ReadingList extends RowOf<typeof dataSources["Reading list"]> {}

/** A row of Reading list with all that it holds. */
export interface ReadingListDocument extends DocumentOf<typeof dataSources["Reading list"]> {}
`,
  );
});

test("no two types have the same name, and each is one", () => {
  const titles = ["Blog", "blog", "", "2026", "*/ alert()", "Über uns", "日本", "Team", "Team document", "__proto__"];
  const text = declare(
    titles.map((title, at) => source(title, `${at}0000000-x`, {})),
    { zod: true },
  );
  const names = Array.from(text.matchAll(/export interface (\S+) /g), ([, name = ""]) => name);
  assert.equal(new Set(names).size, names.length, names.join(" "));
  for (const name of names) assert.match(name, /^[\p{L}_$][\p{L}\p{N}_$]*$/u);
  assert.ok(!/\/\*\*.*\*\/ alert/.test(text), "no title ends a comment");
});
