/**
 * The TypeScript of a workspace's data sources: one constant that a client is given, and one type for each of them.
 * The same data sources give the same text, whatever order they come in.
 */
import type { DataSource, PropertySchema } from "../generated.ts";

/** Options of {@link declare}. */
export interface DeclareOptions {
  /** Whether schemas of Zod for the values go with them. */
  zod?: boolean | undefined;
}

/** The file. */
export function declare(dataSources: readonly DataSource[], { zod = false }: DeclareOptions = {}): string {
  const named = names(dataSources);
  const parts = [
    HEAD,
    'import type { DocumentOf, RowOf } from "notion-edge";',
    zod ? 'import * as z from "zod";' : "",
    "",
    "/** What `createClient` takes as `dataSources`. */",
    "export const dataSources = {",
    ...named.map(({ name, source }) => `  ${key(name)}: ${indent(declaration(source))},`),
    "} as const;",
    "",
    ...named.flatMap(({ name, type }) => types(name, type)),
    ...(zod ? schemas(named) : []),
  ];
  return `${parts
    .filter((part, at) => part !== "" || parts[at - 1] !== "")
    .join("\n")
    .trimEnd()}\n`;
}

const HEAD = `/**
 * The data sources of the workspace.
 * Written by \`notion-edge types\`: run it again when a property or an option has changed.
 */`;

interface Named {
  /** What the data source is called. */
  name: string;
  /** What its type is called. */
  type: string;
  source: DataSource;
}

/** What the file imports, and no type of it is called. */
const TAKEN = ["RowOf", "DocumentOf"];

/** As much of an id tells data sources apart, mostly. */
const SHORT = 8;

/** Each has a name of its own: where two would have the same one, both get the beginning of their ids behind it. */
function names(sources: readonly DataSource[]): Named[] {
  const titled = sources.map((source) => ({ title: titleOf(source), source }));
  const all = [...TAKEN, ...titled.flatMap(({ title }) => typesOf(title))];
  const isUnique = (title: string) => typesOf(title).every((name) => all.filter((it) => it === name).length === 1);
  const named = titled.map(({ title, source }) => {
    const part = source.id.slice(0, SHORT);
    const isShort = sources.every(({ id }) => id === source.id || !id.startsWith(part));
    const name = isUnique(title) ? title : `${title} ${isShort ? part : source.id}`;
    return { name, type: identifier(name), source };
  });
  return named.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The names of the types of a data source. */
function typesOf(title: string): [string, string] {
  const type = identifier(title);
  return [type, `${type}Document`];
}

function titleOf({ title }: DataSource): string {
  return (
    title
      .map(({ plain_text }) => plain_text)
      .join("")
      .trim() || "Untitled"
  );
}

/** A name for a type: `Reading list` is `ReadingList`. */
function identifier(title: string): string {
  const words = title.normalize("NFC").match(/[\p{ID_Continue}$]+/gu) ?? [];
  const joined = words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join("");
  return /^[\p{ID_Start}_$]/u.test(joined) ? joined : `DataSource${joined}`;
}

/** What is known of a data source, as a literal. @param modifier before each name, where it is to be a type */
export function declaration({ id, properties }: DataSource, modifier: "" | "readonly " = ""): string {
  const [open, close] = modifier === "" ? ["[", "]"] : ["readonly [", "]"];
  const lines = sorted(properties).map(([name, property]) => {
    const options = optionsOf(property);
    const known =
      options === undefined || options.length === 0
        ? ""
        : `, ${modifier}options: ${open}${options.map(text).join(", ")}${close}`;
    return `    ${modifier}${key(name)}: { ${modifier}type: ${text(property.type)}${known} },`;
  });
  return ["{", `  ${modifier}id: ${text(id)},`, `  ${modifier}properties: {`, ...lines, "  },", "}"].join("\n");
}

function types(name: string, type: string): string[] {
  const of = `typeof dataSources${/^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(name) ? `.${name}` : `[${text(name)}]`}`;
  const title = name.replaceAll("*/", "* /");
  return [
    `/** A row of ${title}, as lists have it. */`,
    `export interface ${type} extends RowOf<${of}> {}`,
    "",
    `/** A row of ${title} with all that it holds. */`,
    `export interface ${type}Document extends DocumentOf<${of}> {}`,
    "",
  ];
}

/** What is known of the options of a property that has some. */
function optionsOf(property: PropertySchema): string[] | undefined {
  switch (property.type) {
    case "select":
      return property.select.options.map(({ name }) => name);
    case "status":
      return property.status.options.map(({ name }) => name);
    case "multi_select":
      return property.multi_select.options.map(({ name }) => name);
    default:
      return undefined;
  }
}

function schemas(named: readonly Named[]): string[] {
  const objects = named.map(({ name, source }) => {
    const lines = sorted(source.properties).map(([property, schema]) => `    ${key(property)}: ${zodOf(schema)},`);
    return `  ${key(name)}: z.object({\n${lines.join("\n")}\n  }),`;
  });
  const schemasOf = new Set(named.flatMap(({ source }) => Object.values(source.properties).map(zodOf)));
  // A project may not let stand what nothing uses.
  const isUsed = (name: string) =>
    [...schemasOf].some((it) => it === `z.array(${name})` || it === `${name}.nullable()`);
  const parts = Object.entries(PARTS).filter(([name]) => isUsed(name));
  return [
    ...parts.map(([name, fields]) => `const ${name} = z.object({${fields}});`),
    "",
    "/** The `values` of the rows, by the names of the data sources. */",
    "export const values = {",
    ...objects,
    "};",
  ];
}

/** What several types of properties are made of. */
const PARTS = {
  date: " start: z.string(), end: z.string().nullable(), time_zone: z.string().nullable() ",
  file: " name: z.string().nullable(), url: z.string() ",
  person: " id: z.string(), name: z.string().nullable(), kind: z.string().nullable() ",
  related: " id: z.string(), title: z.string().nullable(), path: z.string().nullable() ",
  place: `
  name: z.string().nullable(),
  address: z.string().nullable(),
  lat: z.number().nullable(),
  lon: z.number().nullable(),
`,
};

const ZOD: Partial<Record<PropertySchema["type"], string>> = {
  title: "z.string()",
  rich_text: "z.string()",
  number: "z.number().nullable()",
  date: "date.nullable()",
  people: "z.array(person)",
  files: "z.array(file)",
  checkbox: "z.boolean()",
  url: "z.string().nullable()",
  email: "z.string().nullable()",
  phone_number: "z.string().nullable()",
  relation: "z.array(related)",
  created_time: "z.string()",
  last_edited_time: "z.string()",
  last_visited_time: "z.string().nullable()",
  created_by: "person.nullable()",
  last_edited_by: "person.nullable()",
  unique_id: "z.string().nullable()",
  verification: 'z.enum(["verified", "expired", "unverified"]).nullable()',
  place: "place.nullable()",
  button: "z.null()",
  location: "z.null()",
};

function zodOf(property: PropertySchema): string {
  const options = optionsOf(property);
  if (options === undefined) return ZOD[property.type] ?? "z.unknown()";
  const one = options.length === 0 ? "z.string()" : `z.enum([${options.map(text).join(", ")}])`;
  return property.type === "multi_select" ? `z.array(${one})` : `${one}.nullable()`;
}

function sorted(properties: Record<string, PropertySchema>): [string, PropertySchema][] {
  return Object.entries(properties).sort(([a], [b]) => (a < b ? -1 : 1));
}

function key(name: string): string {
  // As a name it would be the prototype.
  if (name === "__proto__") return '["__proto__"]';
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : text(name);
}

/** A literal; what ends lines in JavaScript's eyes is escaped by JSON, or may stand in one. */
function text(value: string): string {
  return JSON.stringify(value);
}

function indent(lines: string): string {
  return lines.replaceAll("\n", "\n  ");
}
