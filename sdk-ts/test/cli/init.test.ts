/** What `notion-edge init` writes and refuses, with a Notion and a Redis that answer as each test tells them. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { parseEnv } from "node:util";
import { parse } from "smol-toml";
import { secretsText } from "../../src/cli/init/files.ts";
import { variablesIn } from "../../src/cli/settings.ts";
import { json, serve } from "../server.ts";
import { folderFor, ran } from "./world.ts";

const ME = { object: "user", name: "Site", bot: { workspace_name: "Acme" } };

/** Notion and Redis at one address; `pages` are what the connection sees. */
async function around(
  t: TestContext,
  { pages = [{}] as object[], redis = { result: 0 } as object, status = 200 } = {},
) {
  const { url, asked } = await serve(t, (response, request) => {
    const isToken = request.headers.authorization === "Bearer ntn_secret";
    if (request.url === "/v1/users/me")
      return json(isToken ? ME : { message: "API token is invalid." }, isToken ? 200 : 401)(response, request);
    if (request.url === "/v1/search") return json({ results: pages })(response, request);
    json(redis, status)(response, request);
  });
  const variables = {
    NOTION_BASE_URL: url,
    NOTION_TOKEN: "ntn_secret",
    UPSTASH_REDIS_REST_URL: url,
    UPSTASH_REDIS_REST_TOKEN: "redis_secret",
  };
  return { url, asked, variables, folder: folderFor(t) };
}

function read(folder: string, name: string): string {
  return readFileSync(join(folder, name), "utf8");
}

test("it writes a configuration, secrets that only their owner reads, and keeps those out of git", async (t) => {
  const { url, variables, folder } = await around(t);
  const { code, out, err } = await ran(["init", "--yes", "--name", "my-edge"], { variables, folder });
  assert.deepEqual([code, err], [0, ""]);
  assert.match(
    out,
    /✓ wrote wrangler\.toml, \.dev\.vars, \.gitignore\n✓ Notion takes the secret: it is that of the connection Site in Acme/,
  );
  assert.match(out, /npx wrangler deploy --secrets-file \.dev\.vars/);
  const config = parse(read(folder, "wrangler.toml"));
  assert.equal(config.name, "my-edge");
  assert.deepEqual({ ...(config.vars as object) }, { ACCESS: "private", NOTION_BASE_URL: url });
  assert.equal(statSync(join(folder, ".dev.vars")).mode & 0o777, 0o600);
  const secrets = parseEnv(read(folder, ".dev.vars"));
  assert.equal(secrets.NOTION_TOKEN, "ntn_secret");
  const made = ["READ_TOKENS", "PREVIEW_TOKENS", "ADMIN_TOKENS"].map((name) => secrets[name] ?? "");
  assert.equal(new Set(made).size, 3);
  for (const token of made) assert.match(token, /^[\w-]{32}$/);
  assert.deepEqual(read(folder, ".gitignore").split("\n"), [".dev.vars", ".wrangler/", ""]);
  for (const secret of ["ntn_secret", "redis_secret", ...made])
    assert.ok(!(out + read(folder, "wrangler.toml")).includes(secret));
  // What the next commands are told by it.
  assert.equal(variablesIn(folder, {}).ACCESS, "private");
});

test("who may read is said by --access; what is public is said with it", async (t) => {
  const { variables, folder } = await around(t);
  const vars = async (...args: string[]) => {
    const { code } = await ran(["init", "--yes", "--force", ...args], { variables, folder });
    const { NOTION_BASE_URL, ...rest } = parse(read(folder, "wrangler.toml")).vars as Record<string, string>;
    return [code, rest];
  };
  assert.deepEqual(await vars("--access", "public"), [0, { ACCESS: "public", ROOTS: "all" }]);
  const { out } = await ran(["init", "--yes", "--force", "--access", "public"], { variables, folder });
  assert.match(out, /anyone may read everything .*\n.*ROOTS in wrangler\.toml/);
  const rule = ["--access", "rule", "--publish-rule", 'Status="Live"'];
  assert.deepEqual(await vars(...rule), [0, { ACCESS: "rule", PUBLISH_RULE: 'Status="Live"' }]);
  const { code, err } = await ran(["init", "--yes", "--force", "--access", "rule"], { variables, folder });
  assert.equal(code, 2);
  assert.match(err, /PUBLISH_RULE or --publish-rule/);
});

test("nothing is written over without --force, and with it other lines and tokens stay", async (t) => {
  const { variables, folder, asked } = await around(t);
  writeFileSync(join(folder, ".dev.vars"), "# mine\nOTHER=1\nNOTION_TOKEN=old\n", { mode: 0o644 });
  writeFileSync(join(folder, ".gitignore"), "dist\n.dev.vars");
  const refused = await ran(["init", "--yes"], { variables, folder });
  assert.equal(refused.code, 2);
  assert.match(refused.err, /^✗ \.dev\.vars would be written over: pass --force/);
  assert.deepEqual([asked, existsSync(join(folder, "wrangler.toml"))], [[], false]);
  const { code } = await ran(["init", "--yes", "--force"], {
    variables: { ...variables, READ_TOKENS: "kept" },
    folder,
  });
  assert.equal(code, 0);
  const text = read(folder, ".dev.vars");
  assert.match(text, /^# mine\nOTHER=1\nNOTION_TOKEN="ntn_secret"\n/);
  assert.equal(parseEnv(text).READ_TOKENS, "kept");
  assert.equal(statSync(join(folder, ".dev.vars")).mode & 0o777, 0o600);
  assert.equal(read(folder, ".gitignore"), "dist\n.dev.vars\n.wrangler/\n");
});

test("a Worker that is configured in JSON is not taken for this one", async (t) => {
  const { variables, folder } = await around(t);
  for (const name of ["wrangler.json", "wrangler.jsonc"]) {
    const below = join(folder, name, "edge");
    mkdirSync(below, { recursive: true });
    writeFileSync(join(folder, name, name), "{}");
    const refused = await ran(["init", "--yes", "--force"], { variables, folder: join(folder, name) });
    assert.equal(refused.code, 2);
    assert.match(refused.err, /run init in a folder of its own/);
    assert.ok(!existsSync(join(folder, name, ".dev.vars")));
    const { code, out } = await ran(["init", "--yes"], { variables, folder: below });
    assert.equal(code, 0);
    assert.match(out, /npx wrangler deploy --config wrangler\.toml --secrets-file \.dev\.vars/);
  }
});

test("lines of other variables stay, whatever these are called", () => {
  const before = "\ufeffNOTION_TOKEN=old\r\nconstructor=1\r\nA=2\n";
  assert.equal(secretsText({ NOTION_TOKEN: "new" }, before), 'constructor=1\r\nA=2\nNOTION_TOKEN="new"\n');
});

test("what Notion or Redis refuses is said with what to do, and nothing is written", async (t) => {
  const cases = [
    [{}, { NOTION_TOKEN: "ntn_wrong" }, 4, /notion refuses the token/],
    [{ redis: { error: "Unauthorized" }, status: 401 }, {}, 4, /redis refuses the token/],
    [
      { redis: { error: "NOPERM this user has no permissions to run the 'del' command" }, status: 400 },
      {},
      4,
      /only reads/,
    ],
    [{ redis: { hello: 1 } }, {}, 3, /is not Redis over HTTP/],
    [{}, { UPSTASH_REDIS_REST_URL: "rediss://h:6379" }, 2, /not one over http/],
    [{}, { NOTION_BASE_URL: "http://127.0.0.1:1" }, 3, /notion gives no answer/],
    [{}, { UPSTASH_REDIS_REST_TOKEN: "a b" }, 2, /UPSTASH_REDIS_REST_TOKEN has a space/],
    [{}, { NOTION_TOKEN: undefined }, 2, /set NOTION_TOKEN or --notion-token$/m],
  ] as const;
  for (const [world, other, wanted, message] of cases) {
    const { variables, folder } = await around(t, world);
    const { code, err, out } = await ran(["init", "--yes"], { variables: { ...variables, ...other }, folder });
    assert.deepEqual([code, out], [wanted, ""], err);
    assert.match(err, message);
    assert.doesNotMatch(err, /ntn_secret|ntn_wrong|redis_secret/);
    assert.deepEqual(
      ["wrangler.toml", ".dev.vars", ".gitignore"].filter((name) => existsSync(join(folder, name))),
      [],
    );
  }
});

test("a connection that sees nothing is a warning, and --no-check asks nobody", async (t) => {
  const { variables, folder, asked } = await around(t, { pages: [] });
  assert.match((await ran(["init", "--yes"], { variables, folder })).out, /! nothing is shared with it yet/);
  asked.length = 0;
  const unchecked = await ran(["init", "--yes", "--force", "--no-check", "--json"], { variables, folder });
  assert.deepEqual([unchecked.code, asked], [0, []]);
  assert.equal((JSON.parse(unchecked.out) as { connection: null }).connection, null);
});

test("the Worker is found where the package is installed, also further up", async (t) => {
  const { variables, folder } = await around(t);
  const main = async (at: string) => {
    const { out } = await ran(["init", "--yes", "--force", "--json"], { variables, folder: at });
    return [parse(read(at, "wrangler.toml")).main, (JSON.parse(out) as { installed: boolean }).installed];
  };
  assert.deepEqual(await main(folder), ["node_modules/notion-edge/worker/entry.js", false]);
  mkdirSync(join(folder, "node_modules/notion-edge/worker"), { recursive: true });
  writeFileSync(join(folder, "node_modules/notion-edge/worker/entry.js"), "");
  mkdirSync(join(folder, "packages/edge"), { recursive: true });
  assert.deepEqual(await main(folder), ["node_modules/notion-edge/worker/entry.js", true]);
  assert.deepEqual(await main(join(folder, "packages/edge")), ["../../node_modules/notion-edge/worker/entry.js", true]);
});
