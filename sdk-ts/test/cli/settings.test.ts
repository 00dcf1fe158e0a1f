/** What commands are told by files and variables, and how they say times and progress. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { progressLine } from "../../src/cli/progress.ts";
import { screenOver } from "../../src/cli/screen.ts";
import { type Variables, targetOf, variablesIn } from "../../src/cli/settings.ts";
import { duration } from "../../src/cli/time.ts";
import { showing } from "../../src/cli/tokens.ts";
import type { Counts } from "../../src/generated.ts";
import { folderFor, kept } from "./world.ts";

test("the environment is stronger than .dev.vars, that than .env, and that than wrangler.toml", (t) => {
  const folder = folderFor(t);
  assert.deepEqual(variablesIn(folder, { A: "1" }), { A: "1" });
  writeFileSync(
    join(folder, "wrangler.toml"),
    'name = "x"\n[vars]\nA = "toml"\nB = "toml"\nC = "toml"\nD = 4\nE = { f = 1 }\n',
  );
  writeFileSync(join(folder, ".env"), "A=env\nB=env\nC=env\n");
  writeFileSync(join(folder, ".dev.vars"), "A=vars\nB='vars'\n");
  assert.deepEqual(variablesIn(folder, { A: "1" }), { A: "1", B: "vars", C: "env", D: "4" });
  writeFileSync(join(folder, "wrangler.toml"), "name =");
  assert.throws(() => variablesIn(folder, {}), { name: "Problem", code: 2, message: /wrangler\.toml is no TOML/ });
});

test("files are read as editors on Windows write them", (t) => {
  const folder = folderFor(t);
  writeFileSync(join(folder, ".env"), '\ufeffA=1\r\nB="two"\r\n');
  writeFileSync(join(folder, "wrangler.toml"), '\ufeff[vars]\r\nC = "3"\r\n');
  assert.deepEqual(variablesIn(folder, {}), { A: "1", B: "two", C: "3" });
});

test("tokens are the one that is named, or those that the command may need, in order and once", () => {
  const variables = {
    NOTION_EDGE_TOKEN: "site",
    READ_TOKENS: "r1,r2",
    PREVIEW_TOKENS: " p1 ,p2",
    ADMIN_TOKENS: "site,a2",
  };
  assert.deepEqual(targetOf({}, variables), { url: "http://127.0.0.1:8787", tokens: ["site", "p1", "r1"] });
  assert.deepEqual(targetOf({}, variables, { opens: "admin" }).tokens, ["site"]);
  const status = ({ NOTION_EDGE_TOKEN, ...rest }: Variables) => targetOf({}, rest, { opens: "status" }).tokens;
  assert.deepEqual(status(variables), ["p1", "site", "r1"], "whoever orders exports sees how they are doing");
  assert.deepEqual(targetOf({ url: "https://a.example", token: " t " }, variables), {
    url: "https://a.example",
    tokens: ["t"],
  });
  assert.deepEqual(targetOf({}, { NOTION_EDGE_URL: "https://b.example", READ_TOKENS: "" }).tokens, []);
});

test("requests that begin together each find the token that is taken, and later ones show it at once", async () => {
  const shown: (string | undefined)[] = [];
  const fetch = showing(["a", "b", "c"], async (_, { headers }) => {
    const token = (headers as Record<string, string>).authorization?.slice("Bearer ".length);
    shown.push(token);
    return new Response(null, { status: token === "b" ? 204 : 401 });
  });
  const ask = async () => (await fetch("http://worker.example", {})).status;
  assert.deepEqual(await Promise.all([ask(), ask(), ask()]), [204, 204, 204]);
  shown.length = 0;
  assert.equal(await ask(), 204);
  assert.deepEqual(shown, ["b"]);
});

test("times are said in the units that people use", () => {
  const said: [number, string][] = [
    [-5, "0.0 s"],
    [940, "0.9 s"],
    [9_949, "9.9 s"],
    [9_960, "10 s"],
    [59_400, "59 s"],
    [59_600, "1 min 0 s"],
    [61_000, "1 min 1 s"],
    [3_599_999, "1 h 0 min"],
    [3_660_000, "1 h 1 min"],
    [172_800_000, "2 days"],
  ];
  for (const [ms, wanted] of said) assert.equal(duration(ms), wanted);
});

test("before anything is known to wait, a bar shows what was done and no share", () => {
  const counts = { pages: 1_234 } as Counts;
  assert.equal(progressLine({ counts }, 0), `${"░".repeat(20)}       1,234 pages`);
});

test("a progress line fits the terminal, is replaced, and never goes where it cannot be", () => {
  const [out, err] = [kept(true), kept(true)];
  const screen = screenOver(out.stream, err.stream, { isJson: false, variables: {} });
  screen.progress("x".repeat(200));
  screen.progress("two");
  screen.result(1, String);
  assert.equal(err.text(), `${"x".repeat(79)}\r\x1b[Ktwo\r\x1b[K`);
  assert.equal(out.text(), "1\n");
  for (const [isTTY, variables] of [
    [false, {}],
    [true, { TERM: "dumb" }],
    [true, { CI: "true" }],
  ] as const) {
    const quiet = kept(isTTY);
    screenOver(out.stream, quiet.stream, { isJson: false, variables }).progress("one");
    assert.equal(quiet.text(), "");
  }
});
