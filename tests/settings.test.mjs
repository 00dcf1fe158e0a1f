/** How `npm start` reads its arguments and the environment. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Problem } from "../local/problem.mjs";
import { readSettings } from "../local/settings.mjs";

test("the demo is public, and prefers a port that it need not get", () => {
  const { vars, port, once, fresh } = readSettings([], {});
  assert.deepEqual(
    { vars, port, once, fresh },
    { vars: { ACCESS: "public", ROOTS: "all" }, port: { preferred: 8787 }, once: false, fresh: false },
  );
});

test("a port by option is exactly that one", () => {
  assert.deepEqual(readSettings(["--port", "4001"], {}).port, { exact: 4001 });
});

test("an option that npm took for its own is refused with what to write", () => {
  const env = { npm_lifecycle_event: "start", npm_config_once: "true" };
  assert.throws(() => readSettings([], env), {
    name: "Problem",
    message: "npm kept --once to itself: write npm start -- --once",
  });
});

test("the data of the demo, of two workspaces and of two servers lie apart, those of one workspace together", () => {
  const folder = (/** @type {NodeJS.ProcessEnv} */ env) => readSettings([], env).data;
  const base = { NOTION_BASE_URL: "http://127.0.0.1:4000" };
  const all = [{}, { NOTION_TOKEN: "ntn_a" }, { NOTION_TOKEN: "ntn_b" }, base, { ...base, NOTION_TOKEN: "ntn_a" }];
  assert.equal(new Set(all.map(folder)).size, all.length);
  assert.equal(folder({ NOTION_TOKEN: "ntn_a" }), folder({ NOTION_TOKEN: "ntn_a" }));
});

test("the Worker's variables are passed on, others and empty ones are not", () => {
  const env = { RATE_LIMIT: "60", ACCESS: "private", READ_TOKENS: "secret" };
  const { vars } = readSettings([], { ...env, NOTION_TOKEN: "", HOME: "/somewhere" });
  assert.deepEqual(vars, { ...env, ROOTS: "all" });
});

test("a private copy that nobody may read is refused", () => {
  assert.throws(() => readSettings([], { ACCESS: "private" }), { name: "Problem", message: /READ_TOKENS/ });
});

test("the Worker keeps to the rate that the sim is told, unless it is told its own", () => {
  assert.equal(readSettings(["--rate", "600"], {}).vars.RATE_LIMIT, "600");
  assert.equal(readSettings(["--rate", "0"], {}).vars.RATE_LIMIT, "100000");
  assert.equal(readSettings(["--rate", "0"], { RATE_LIMIT: "60" }).vars.RATE_LIMIT, "60");
});

test("half of an address of Redis is refused", () => {
  assert.throws(() => readSettings([], { UPSTASH_REDIS_REST_URL: "https://redis.example" }), Problem);
});

for (const args of [
  ["--port", "0"],
  ["--port", "http"],
  ["--pages", "1.5"],
  ["--faults", "2"],
  ["--rate", "fast"],
  ["--pages", ""],
]) {
  test(`${args.join(" ")} is refused by name`, () => {
    assert.throws(() => readSettings(args, {}), {
      name: "Problem",
      message: new RegExp(`^${args[0]} is ${args[1]}, `),
    });
  });
}
