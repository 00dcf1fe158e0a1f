/** What becomes of a schema in TypeScript. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { toTypeScript } from "../scripts/typescript.mjs";

/** The types for one root, without line breaks and indentation. */
function types($defs: Record<string, object>): string {
  const root = { $ref: `#/$defs/${Object.keys($defs)[0]}` };
  return toTypeScript({ anyOf: [root], $defs: $defs as never })
    .replaceAll(/\s+/g, " ")
    .trim();
}

test("an object becomes an interface with its comments", () => {
  const properties = {
    id: { type: "string", description: "Its id." },
    "a b": { type: ["integer", "null"], format: "int64" },
    tags: { type: "array", items: { type: ["string", "null"] } },
    values: { type: "object", additionalProperties: { type: "boolean" } },
  };
  assert.equal(
    types({ Thing: { type: "object", description: "A thing.", properties, required: ["id", "tags", "values"] } }),
    '/** A thing. */ export interface Thing { /** Its id. */ id: string; "a b"?: number | null; ' +
      "tags: (string | null)[]; values: Record<string, boolean>; }",
  );
});

test("types come once, in the order in which they are met", () => {
  const ref = { $ref: "#/$defs/B" };
  assert.equal(types({ B: { enum: ["x", "y"], type: "string" } }), 'export type B = "x" | "y";');
  assert.equal(
    types({ A: { type: "object", properties: { one: ref, two: ref } }, B: { type: "null" } }),
    "export interface A { one?: B; two?: B; } export type B = null;",
  );
});

test("what all members of a union have is inherited", () => {
  const common = { a: { type: "string" }, b: { type: "string" }, c: { type: "string" } };
  const member = (type: string) => ({
    type: "object",
    properties: { ...common, type: { const: type } },
    required: ["a", "type"],
  });
  assert.equal(
    types({ U: { oneOf: [{ $ref: "#/$defs/X" }, { $ref: "#/$defs/Y" }] }, X: member("x"), Y: member("y") }),
    "export type U = | X | Y; /** What every U has. */ export interface UFields { a: string; b?: string; c?: string; } " +
      'export interface X extends UFields { type: "x"; } export interface Y extends UFields { type: "y"; }',
  );
});

test("what no type is known for is an error, not unknown", () => {
  assert.throws(() => types({ A: { type: "string", pattern: "^a" } }), /a schema says pattern/);
  assert.throws(() => types({ A: { $ref: "#/$defs/Missing" } }), /no definition Missing/);
  assert.throws(() => types({ A: { $ref: "#/$defs/B2" }, B2: { type: "null" } }), /two Rust types have the name of B2/);
});
