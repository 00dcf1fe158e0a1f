/**
 * `npm run generate`: writes src/generated.ts from the Rust types, by way of their JSON Schema.
 * With `--check` it writes nothing, and fails where the file is not what it would write.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { format, resolveConfig } from "prettier";
import { toTypeScript } from "./typescript.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const file = fileURLToPath(new URL("../src/generated.ts", import.meta.url));
const name = "sdk-ts/src/generated.ts";

const HEADER = `/**
 * Everything that the Worker answers with, and what it is made of.
 * Generated from the Rust types by \`npm run generate\`: do not edit.
 */
`;

const schema = execFileSync(
  "cargo",
  ["run", "--quiet", "--package", "notion-edge-core", "--features", "schema", "--example", "schema"],
  { cwd: root, encoding: "utf8", maxBuffer: 2 ** 26, stdio: ["ignore", "pipe", "inherit"] },
);
const types = toTypeScript(JSON.parse(schema));
const wanted = await format(HEADER + types, { ...(await resolveConfig(file)), filepath: file });

if (process.argv.includes("--check")) check();
else writeFileSync(file, wanted);

function check() {
  const found = readFileSync(file, "utf8").split("\n");
  const expected = wanted.split("\n");
  const at = expected.findIndex((line, index) => line !== found[index]);
  if (at === -1 && found.length === expected.length) return;
  const line = at === -1 ? expected.length : at;
  console.error(`${name} is not what the Rust types say; line ${line + 1} is the first that differs:`);
  console.error(`- ${found[line] ?? "(the file ends)"}\n+ ${expected[line] ?? "(the file ends)"}`);
  console.error("run `npm run generate` and commit the result");
  process.exitCode = 1;
}
