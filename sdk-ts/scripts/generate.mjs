/**
 * `npm run generate`: writes what the SDK has from the Rust core: the types, by way of their JSON Schema, that of a page document, and the scripts.
 * With `--check` it writes nothing, and fails where a file is not what it would write.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
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
await generate("src/generated.ts", TYPES + toTypeScript(schema));
await generate("schema/page.schema.json", JSON.stringify(schemaOf("PageDocument", schema)));
await generate("src/store/generated.ts", `${SCRIPTS}${JSON.stringify(ask("scripts"))} as const;`);

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

/** @param {string} name below sdk-ts @param {string} source */
async function generate(name, source) {
  const file = fileURLToPath(new URL(`../${name}`, import.meta.url));
  const wanted = await format(source, { ...(await resolveConfig(file)), filepath: file });
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
  console.error(`sdk-ts/${name} is not what the Rust core says; line ${line + 1} is the first that differs:`);
  console.error(`- ${found[line] ?? "(the file ends)"}\n+ ${expected[line] ?? "(the file ends)"}`);
  console.error("run `npm run generate` and commit the result");
  process.exitCode = 1;
}
