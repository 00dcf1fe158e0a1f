/** What is written of data sources, whatever people call them. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
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
  for (const name of names) assert.match(name, /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u);
  assert.ok(!/\/\*\*.*\*\/ alert/.test(text), "no title ends a comment");
});

test("whatever data sources, properties and options are called, the compiler takes it", async (t) => {
  const long = Array.from({ length: 500 }, (_, at) => `Option ${at}`);
  const odd = ["a`b${c}", "line\nbreak", "\u2028", "🎉", "*/", "\\", '"', "'", "__proto__", "", "and", "or", "1"];
  const properties = Object.fromEntries(odd.map((name) => [name, { type: "rich_text" }]));
  const titles = [
    "Row of",
    "Document of",
    "H²",
    "½ off",
    "①",
    "x\u0301",
    "class",
    "String",
    "Promise",
    "Z",
    "values",
    "🎉",
    "a\nb",
  ];
  const sources = [
    ...titles.map((title, at) => source(title, `${at}0000000-x`, {})),
    source("Same", "12345678-aaaa", { Kind: { type: "select", select: options(...odd) } }),
    source("Same", "12345678-bbbb", { Many: { type: "multi_select", multi_select: options(...long) } }),
    ...["aaaa", "bbbb"].map((end) => source("Near", `87654321-${end}`, {})),
    source("Odd", "f", { ...properties, ["__proto__"]: { type: "title" } }),
    source("Kinds", "e", {
      Formula: { type: "formula" },
      Rollup: { type: "rollup" },
      Empty: { type: "status", status: options() },
      Verified: { type: "verification" },
    }),
  ];
  // Inside of the package, where it finds itself and Zod by their names.
  const folder = mkdtempSync(fileURLToPath(new URL("../../.declared-", import.meta.url)));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "declared.ts"), declare(sources, { zod: true }));
  const uses = `import { createClient, type RowFilter } from "../src/index.ts";
    import { dataSources, values } from "./declared.ts";
    const client = createClient({ url: "", dataSources });
    export const list = client.dataSource("Odd").list({ filter: { "line\\nbreak": { equals: "x" }, "": { contains: "" } } });
    export const filter: RowFilter<typeof dataSources["Same 12345678-bbbb"]> = { Many: { contains: ["Option 499"] } };
    export const kind: "*/" | "" | null | string = values["Same 12345678-aaaa"].parse({ Kind: "*/" }).Kind;`;
  writeFileSync(join(folder, "uses.ts"), uses);
  const paths = { "notion-edge": ["../src/index.ts"] };
  const config = { extends: "../tsconfig.json", compilerOptions: { paths }, files: ["uses.ts"] };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
  const tsc = fileURLToPath(new URL("../../../node_modules/.bin/tsc", import.meta.url));
  const { stdout } = await promisify(execFile)(tsc, ["--project", folder]).catch((error) => error);
  assert.equal(stdout, "");
});
