/**
 * The JSON Schema of one type, to be read without Rust: it and what it leads to, without what only the types need.
 */

/** Says what else a TypeScript type has; a schema leaves open what else an object has. */
const ONLY_FOR_TYPES = "x-also";

/**
 * @param {string} name of the definition
 * @param {{ $schema: string, $defs: Record<string, unknown> }} document all definitions
 */
export function schemaOf(name, { $schema, $defs }) {
  /** @type {Record<string, unknown>} */
  const found = {};
  add(name);
  return { $schema, $ref: `#/$defs/${name}`, $defs: found };

  /** @param {string} definition */
  function add(definition) {
    if (definition in found) return;
    // Holds the place: types refer to each other in circles.
    found[definition] = null;
    found[definition] = clean($defs[definition]);
  }

  /** @param {unknown} value @returns {unknown} */
  function clean(value) {
    if (Array.isArray(value)) return value.map(clean);
    if (typeof value !== "object" || value === null) return value;
    const kept = Object.entries(value).filter(([key]) => key !== ONLY_FOR_TYPES);
    for (const [key, target] of kept) if (key === "$ref") add(String(target).replace("#/$defs/", ""));
    return Object.fromEntries(kept.map(([key, inner]) => [key, clean(inner)]));
  }
}
