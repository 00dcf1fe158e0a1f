/**
 * `npm run generate`: writes what is made from the types of the Rust core: those of the SDK, by way of their JSON Schema, that of a page
 * document, the scripts, and the OpenAPI document that the Worker serves.
 * With `--check` it writes nothing, and fails where a file is not what it would write.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { format, resolveConfig } from "prettier";
import { schemaOf } from "./json-schema.mjs";
import { toTypeScript } from "./typescript.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));

const TYPES = `/**
 * Everything that the Worker answers with, and what it is made of.
 * Generated from the Rust types by \`npm run generate\`: do not edit.
 */
`;

const SCRIPTS = `/**
 * The Lua scripts of the store, one for each atomic operation; what each does and takes is said at its end.
 * Generated from src/core/src/scripts by \`npm run generate\`: do not edit.
 */
export const scripts = `;

const schema = ask("schema");
await generate("sdk-ts/src/generated.ts", TYPES + toTypeScript(schema));
await generate("sdk-ts/schema/page.schema.json", JSON.stringify(schemaOf("PageDocument", schema)));
await generate("sdk-ts/src/store/generated.ts", `${SCRIPTS}${JSON.stringify(ask("scripts"))} as const;`);
// As it comes: the Worker carries it, and nobody reads it in this form.
keep("src/core/src/read/openapi.json", JSON.stringify(ask("openapi")));

/** What an example of the core prints. @param {string} example */
function ask(example) {
  const args = ["run", "--quiet", "--features", "notion-edge-core/schema", "--example", example];
  return JSON.parse(
    execFileSync("cargo", args, {
      cwd: root,
      encoding: "utf8",
      maxBuffer: 2 ** 26,
      stdio: ["ignore", "pipe", "inherit"],
    }),
  );
}

/** @param {string} name below the root @param {string} source */
async function generate(name, source) {
  const file = join(root, name);
  keep(name, await format(source, { ...(await resolveConfig(file)), filepath: file }));
}

/** @param {string} name below the root @param {string} wanted */
function keep(name, wanted) {
  const file = join(root, name);
  if (process.argv.includes("--check")) check(name, readFileSync(file, "utf8"), wanted);
  else writeFileSync(file, wanted);
}

/** @param {string} name @param {string} text @param {string} wanted */
function check(name, text, wanted) {
  const found = text.split("\n");
  const expected = wanted.split("\n");
  const at = expected.findIndex((line, index) => line !== found[index]);
  if (at === -1 && found.length === expected.length) return;
  const line = at === -1 ? expected.length : at;
  console.error(`${name} is not what the Rust core says; line ${line + 1} is the first that differs:`);
  const shown = (/** @type {string | undefined} */ text) => text?.slice(0, 300) ?? "(the file ends)";
  console.error(`- ${shown(found[line])}\n+ ${shown(expected[line])}`);
  console.error("run `npm run generate` and commit the result");
  process.exitCode = 1;
}
