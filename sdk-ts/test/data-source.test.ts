/** Data sources whose properties the compiler knows: what a filter becomes, and what does not compile. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { expectTypeOf } from "expect-type";
import { createClient, type PlainDate, type RelatedPage, type RowOf } from "../src/index.ts";
import { notionFilter } from "../src/data-source.ts";
import { json, serve } from "./server.ts";

const ID = "2712e341-754a-41ae-a9ce-4c0bb4b18c52";

const dataSources = {
  Blog: {
    id: ID,
    properties: {
      Name: { type: "title" },
      Status: { type: "status", options: ["Draft", "Published"] },
      Tags: { type: "multi_select", options: ["sea", "land"] },
      Published: { type: "date" },
      Words: { type: "number" },
      Featured: { type: "checkbox" },
      Related: { type: "relation" },
      Age: { type: "formula" },
      Depths: { type: "rollup" },
      Odd: { type: "something_new" },
      or: { type: "number" },
    },
  },
} as const;

const filterOf = (filter: object) => notionFilter(dataSources.Blog, filter);

test("conditions all hold, several operators of one as well", () => {
  assert.deepEqual(filterOf({}), undefined);
  assert.deepEqual(filterOf({ Status: { equals: "Published" }, Words: undefined }), {
    property: "Status",
    status: { equals: "Published" },
  });
  assert.deepEqual(
    filterOf({ Published: { on_or_after: "2026-01-01", before: "2027-01-01" }, Words: { less_than: 5 } }),
    {
      and: [
        { property: "Published", date: { on_or_after: "2026-01-01" } },
        { property: "Published", date: { before: "2027-01-01" } },
        { property: "Words", number: { less_than: 5 } },
      ],
    },
  );
});

test("what is undefined is not asked for, at any depth", () => {
  const filter = {
    Words: undefined,
    Published: { after: "2026-01-01", before: undefined },
    and: undefined,
    or: undefined,
  };
  assert.deepEqual(filterOf(filter), { property: "Published", date: { after: "2026-01-01" } });
  assert.equal(filterOf({ Published: { after: undefined } }), undefined);
});

test("groups go into groups, and a group of all adds no level", () => {
  const filter = { Words: { equals: 1 }, and: [{ Featured: { equals: true } }], or: [{ or: { equals: 2 } }, {}] };
  assert.deepEqual(filterOf(filter), {
    and: [
      { property: "Words", number: { equals: 1 } },
      { property: "Featured", checkbox: { equals: true } },
      { or: [{ property: "or", number: { equals: 2 } }] },
    ],
  });
});

test("of no conditions none holds", () => {
  assert.deepEqual(filterOf({ Featured: { equals: true }, or: [] }), {
    and: [{ property: "Featured", checkbox: { equals: true } }, { or: [] }],
  });
});

test("formulas and rollups have their operators behind a type", () => {
  assert.deepEqual(filterOf({ Age: { number: { greater_than: 1, less_than: 5 } } }), {
    and: [
      { property: "Age", formula: { number: { greater_than: 1 } } },
      { property: "Age", formula: { number: { less_than: 5 } } },
    ],
  });
  assert.deepEqual(filterOf({ Depths: { any: { number: { greater_than: 1 } } } }), {
    property: "Depths",
    rollup: { any: { number: { greater_than: 1 } } },
  });
});

test("a property that nobody knows is told", () => {
  assert.throws(() => filterOf({ Nmae: { equals: "x" } }), /"Nmae", which no property is called/);
});

test("a data source is listed by its id, and gives only its own rows", async (t) => {
  const other = { object: "page", id: ID, blocks: [], data_source_id: null };
  const list = { results: [], next_cursor: null, total: 0 };
  const { url, asked } = await serve(t, json(list), json(list), json(other), json({ ...other, data_source_id: ID }));
  const blog = createClient({ url, dataSources }).dataSource("Blog");
  await blog.list({ filter: { Featured: { equals: true } }, limit: 5 });
  for await (const _ of blog.iterate({ sorts: [{ property: "Published", direction: "descending" }] })) assert.fail();
  assert.equal(await blog.get(ID), null);
  assert.equal((await blog.get(ID))?.id, ID);
  assert.deepEqual(asked.slice(0, 2).map(decodeURIComponent), [
    `GET /v1/pages?data_source_id=${ID}&filter={"property":"Featured","checkbox":{"equals":true}}&limit=5`,
    `GET /v1/pages?data_source_id=${ID}&sorts=[{"property":"Published","direction":"descending"}]&limit=1000`,
  ]);
});

test("a data source that nobody declared is told", () => {
  const client = createClient({ url: "http://127.0.0.1", dataSources });
  // @ts-expect-error no such data source
  assert.throws(() => client.dataSource("Blgo"), /dataSources has no "Blgo": known are Blog/);
});

test("values have the types of their properties", () => {
  type Values = RowOf<typeof dataSources.Blog>["values"];
  expectTypeOf<Values["Name"]>().toEqualTypeOf<string>();
  expectTypeOf<Values["Status"]>().toEqualTypeOf<"Draft" | "Published" | null>();
  expectTypeOf<Values["Tags"]>().toEqualTypeOf<("sea" | "land")[]>();
  expectTypeOf<Values["Published"]>().toEqualTypeOf<PlainDate | null>();
  expectTypeOf<Values["Words"]>().toEqualTypeOf<number | null>();
  expectTypeOf<Values["Featured"]>().toEqualTypeOf<boolean>();
  expectTypeOf<Values["Related"]>().toEqualTypeOf<RelatedPage[]>();
  expectTypeOf<RowOf<typeof dataSources.Blog>["title"]>().toEqualTypeOf<string>();
});

test("what a data source does not have does not compile", () => {
  const blog = createClient({ url: "http://127.0.0.1", dataSources }).dataSource("Blog");
  () => [
    blog.list({ filter: { Status: { equals: "Published" }, or: [{ Words: { greater_than: 5 } }] } }),
    blog.list({ filter: { Words: undefined, Published: { after: "2026-01-01", before: undefined }, or: undefined } }),
    // @ts-expect-error no such property
    blog.list({ filter: { Stauts: { equals: "Published" } } }),
    // @ts-expect-error no such option
    blog.list({ filter: { Status: { equals: "Publisht" } } }),
    // @ts-expect-error no such operator for the type
    blog.list({ filter: { Status: { contains: "Published" } } }),
    // @ts-expect-error an operand of another type
    blog.list({ filter: { Words: { equals: "5" } } }),
    // @ts-expect-error no such property, further down
    blog.list({ filter: { or: [{ Wrods: { equals: 5 } }] } }),
    // @ts-expect-error a property that has no operators
    blog.list({ filter: { Odd: { equals: 5 } } }),
    // @ts-expect-error no such property to sort by
    blog.list({ sorts: [{ property: "Wrods", direction: "ascending" }] }),
  ];
});
