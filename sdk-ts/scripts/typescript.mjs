/**
 * TypeScript from JSON Schema, for the small part of JSON Schema that schemars makes of our types.
 * Whatever else it meets is an error, so that nothing becomes `unknown` unseen.
 */

/**
 * @typedef {object} SchemaObject
 * @property {string} [$ref]
 * @property {string | undefined} [title]
 * @property {string} [description]
 * @property {string | string[]} [type]
 * @property {unknown} [const]
 * @property {unknown[]} [enum]
 * @property {Schema[]} [oneOf]
 * @property {Schema[]} [anyOf]
 * @property {Schema[]} [allOf]
 * @property {Schema} [items]
 * @property {Record<string, Schema>} [properties]
 * @property {string[]} [required]
 * @property {Schema} [additionalProperties]
 */

/** @typedef {boolean | SchemaObject} Schema */

/** Say nothing that a TypeScript type could say. */
const MUTE = ["description", "title", "default", "format", "minimum", "maximum"];

/** As many equal fields make it worth while that the members of a union inherit them. */
const FIELDS_TO_SHARE = 3;

/**
 * One exported type for each definition, in the order in which the roots lead to them.
 *
 * @param {{ anyOf: Schema[], $defs: Record<string, Schema> }} document
 * @returns {string}
 */
export function toTypeScript({ anyOf: roots, $defs: definitions }) {
  /** @type {Map<string, string>} */
  const written = new Map();
  /** What a type inherits. @type {Map<string, { name: string, fields: string[] }>} */
  const bases = new Map();

  for (const root of roots) typeOf(root);
  return [...written.values()].join("\n");

  /** @param {string} name */
  function reference(name) {
    if (written.has(name)) return name;
    if (/\d$/.test(name))
      throw new Error(`two Rust types have the name of ${name}: give one another by schemars(rename)`);
    const schema = definitions[name];
    if (typeof schema !== "object") throw new Error(`the schema has no definition ${name}`);
    return declare(name, schema);
  }

  /** @param {string} name @param {SchemaObject} schema */
  function declare(name, schema) {
    // Holds the place: types refer to each other in circles.
    written.set(name, "");
    shareFields(name, schema);
    const body =
      schema.properties === undefined
        ? `export type ${name} = ${typeOf({ ...schema, title: undefined })};`
        : `export interface ${name} ${inherits(name)}${struct(schema, bases.get(name)?.fields)}`;
    written.set(name, `${comment(schema)}${body}\n`);
    return name;
  }

  /** @param {string} name */
  function inherits(name) {
    const base = bases.get(name);
    return base === undefined ? "" : `extends ${base.name} `;
  }

  /**
   * Declares the fields that all members of a union have, and lets the members inherit them.
   * @param {string} name
   * @param {SchemaObject} union
   */
  function shareFields(name, { oneOf = [] }) {
    const members = oneOf.flatMap((it) => (typeof it === "object" && it.$ref !== undefined ? [nameIn(it.$ref)] : []));
    const [first, ...others] = members.flatMap((member) => definitions[member] ?? []).filter(isStruct);
    if (first === undefined || others.length + 1 !== oneOf.length) return;
    const isShared = (/** @type {string} */ key) => others.every((it) => field(it, key) === field(first, key));
    const shared = Object.keys(first.properties ?? {}).filter(isShared);
    if (shared.length < FIELDS_TO_SHARE) return;
    const base = `${name}Fields`;
    const properties = Object.fromEntries(shared.map((key) => [key, first.properties?.[key] ?? true]));
    for (const member of members) bases.set(member, { name: base, fields: shared });
    declare(base, {
      description: `What every ${name} has.`,
      type: "object",
      properties,
      required: first.required ?? [],
    });
  }

  /** @param {Schema} schema @returns {string} */
  function typeOf(schema) {
    if (schema === true) return "unknown";
    if (schema === false) return "undefined";
    const { $ref, oneOf, anyOf, allOf, type, ...rest } = schema;
    if (schema.title !== undefined && isStruct(schema)) return declare(schema.title, schema);
    if ($ref !== undefined) return only(schema, "$ref") && reference(nameIn($ref));
    if (oneOf !== undefined) return only(schema, "oneOf") && union(oneOf);
    if (anyOf !== undefined) return only(schema, "anyOf") && union(anyOf);
    if (allOf !== undefined) return only(schema, "allOf") && allOf.map(typeOf).join(" & ");
    if (schema.const !== undefined) return only(schema, "const", "type") && JSON.stringify(schema.const);
    if (schema.enum !== undefined)
      return only(schema, "enum", "type") && schema.enum.map((it) => JSON.stringify(it)).join(" | ");
    if (Array.isArray(type)) return type.map((one) => typeOf({ ...rest, type: one })).join(" | ");
    return plain(type, schema);
  }

  /** @param {string | undefined} type @param {SchemaObject} schema */
  function plain(type, schema) {
    switch (type) {
      case undefined:
        return only(schema) && "unknown";
      case "integer":
        return only(schema, "type") && "number";
      case "array":
        return only(schema, "type", "items") && list(typeOf(schema.items ?? true));
      case "object":
        if (schema.properties !== undefined) return struct(schema);
        return only(schema, "type", "additionalProperties") && record(schema.additionalProperties);
      default:
        return only(schema, "type") && type;
    }
  }

  /** @param {Schema} [values] */
  function record(values) {
    return `Record<string, ${values === undefined ? "never" : typeOf(values)}>`;
  }

  /** @param {Schema[]} members */
  function union(members) {
    const isExplained = members.length > 1 && members.every(isLiteral);
    return members.map((it) => `${isExplained ? comment(it) : ""}| ${typeOf(it)}`).join("\n");
  }

  /** @param {SchemaObject} schema @param {string[]} inherited */
  function struct(schema, inherited = []) {
    only(schema, "type", "properties", "required", "additionalProperties");
    const properties = Object.entries(schema.properties ?? {}).filter(([key]) => !inherited.includes(key));
    const lines = properties.map(([key, it]) => {
      const mark = schema.required?.includes(key) ? "" : "?";
      return `${comment(it)}${/^\w+$/.test(key) ? key : JSON.stringify(key)}${mark}: ${typeOf(it)};`;
    });
    return `{\n${lines.join("\n")}\n}`;
  }
}

/** @param {string} item */
function list(item) {
  return /^\w+(\[\])*$/.test(item) ? `${item}[]` : `(${item})[]`;
}

/** @param {string} ref */
function nameIn(ref) {
  return ref.replace("#/$defs/", "");
}

/** @param {Schema} schema @returns {schema is SchemaObject} */
function isStruct(schema) {
  return typeof schema === "object" && schema.properties !== undefined;
}

/** @param {Schema} schema */
function isLiteral(schema) {
  return typeof schema === "object" && schema.const !== undefined;
}

/** A field with everything that is said about it. @param {SchemaObject} schema @param {string} key */
function field(schema, key) {
  return JSON.stringify([schema.properties?.[key], schema.required?.includes(key)]);
}

/** @param {Schema} schema */
function comment(schema) {
  const text = typeof schema === "object" ? schema.description?.replaceAll("*/", "*\\/") : undefined;
  if (text === undefined) return "";
  return text.includes("\n") ? `/**\n${text.replace(/^/gm, " * ")}\n */\n` : `/** ${text} */\n`;
}

/** True, or an error where the schema says anything else than these keywords. @param {SchemaObject} schema @param {...string} keywords */
function only(schema, ...keywords) {
  const known = [...MUTE, ...keywords];
  const other = Object.entries(schema).find(([keyword, value]) => value !== undefined && !known.includes(keyword));
  if (other === undefined) return /** @type {const} */ (true);
  throw new Error(
    `a schema says ${other[0]} beside ${keywords.join(", ")}, which no TypeScript is known for: ${JSON.stringify(schema)}`,
  );
}
