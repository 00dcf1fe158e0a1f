/** What a remedy has people type: it is run as it stands, and does what the remedy says. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { commandLine, exportLine, whyLine } from "../../src/doctor/command.ts";
import { why } from "../../src/doctor/index.ts";
import { ran } from "../cli/world.ts";
import { json, type Ending } from "../server.ts";
import { findings, serveAll, statusAt, type Replies } from "./worker.ts";

const ID = "2712e341-754a-41ae-a9ce-4c0bb4b18c52";
const HELD = { held: { export: 7, pages: 12, of: 40 } };

/** A Worker with that, which notes what is sent to it. */
async function workerWith(t: Ending, replies: Replies) {
  const sent: string[] = [];
  const noting = Object.entries(replies).map(([address, reply]): [string, Replies[string]] => [
    address,
    (response, request) => {
      sent.push(`${address} ${request.headers.authorization}`);
      return reply(response, request);
    },
  ]);
  const { url } = await serveAll(t, Object.fromEntries(noting));
  return { url, sent };
}

/** The arguments of the command of this package that a remedy has. */
function typedIn(remedy: string | undefined): string[] {
  const [, words] = /`npx notion-edge ([^`]+)`/.exec(remedy ?? "") ?? [];
  assert.ok(words, `no command in: ${remedy}`);
  return words.split(" ");
}

test("what confirms an export that is held is run as it stands, wherever the address and the token come from", async (t) => {
  const { url, sent } = await workerWith(t, {
    "GET /v1/status": json(statusAt(Date.now(), HELD)),
    "POST /v1/exports/7/confirm": json({ number: 7 }),
  });
  for (const [variables, option] of [
    [{ NOTION_EDGE_URL: url, ADMIN_TOKENS: "admin, other" }, undefined],
    [{ NOTION_EDGE_URL: `${url}/`, NOTION_EDGE_TOKEN: "admin" }, undefined],
    [{ ADMIN_TOKENS: "admin" }, url],
  ] as const) {
    const found = await findings({ url, adminToken: "admin", variables });
    const args = typedIn(found.get("export")?.[0]?.remedy);
    assert.deepEqual(args, ["confirm", "7", ...(option === undefined ? [] : ["--url", option])]);
    sent.length = 0;
    const { code, err } = await ran(args, { variables });
    assert.equal(code, 0, err);
    assert.deepEqual(sent, ["POST /v1/exports/7/confirm Bearer admin"]);
  }
});

test("a route that the Worker names in a remedy is told as the command for it", async (t) => {
  const store = {
    asked: ID,
    object: "page",
    id: ID,
    there: true,
    reason: "waiting",
    detail: "it would go",
    version: 3,
  };
  const remedy = "look whether that is meant, and then confirm it with POST /v1/exports/7/confirm";
  const { url } = await workerWith(t, { [`GET /v1/why/${ID}`]: json({ ...store, remedy }) });
  const variables = { NOTION_EDGE_URL: url, ADMIN_TOKENS: "admin" };
  const answer = await why(ID, { url, variables });
  assert.deepEqual(typedIn(answer.remedy), ["confirm", "7"]);
});

test("a page that no export has met is exported by the command with its id, which the store does not know", async (t) => {
  const store = {
    asked: ID,
    object: null,
    id: null,
    there: false,
    reason: "unknown",
    detail: "never met",
    version: null,
  };
  const { url } = await workerWith(t, {
    [`GET /v1/why/${ID}`]: json({ ...store, remedy: null }),
    [`GET /v1/pages/${ID}`]: json({ object: "page", last_edited_time: "2026-11-20T12:00:00.000Z" }),
  });
  const variables = { NOTION_TOKEN: "ntn_x", NOTION_BASE_URL: url, NOTION_EDGE_URL: url, ADMIN_TOKENS: "admin" };
  assert.deepEqual(typedIn((await why(ID, { url, variables })).remedy), ["sync", ID]);
});

test("no remedy tells a token, and one that is not among the variables is left to fill in", () => {
  const url = "https://worker.example";
  assert.equal(
    commandLine("purge", { url, variables: {} }),
    "`npx notion-edge purge --url https://worker.example --token …`",
  );
  assert.equal(
    commandLine("purge", { url: undefined, variables: { ADMIN_TOKENS: "s3cret" } }),
    "`npx notion-edge purge --url https://…`",
  );
  assert.equal(
    commandLine("purge", { url: "http://127.0.0.1:8787", variables: { ADMIN_TOKENS: "s3cret" } }),
    "`npx notion-edge purge`",
  );
});

test("why a page is not there is asked of the store where it is known, and no Worker", () => {
  const variables = { REDIS_URL: "redis://127.0.0.1", NOTION_TOKEN: "ntn_x" };
  assert.equal(whyLine("/tides", { url: undefined, variables }), "`npx notion-edge why /tides`");
  const worker = "https://worker.example";
  assert.equal(whyLine(ID, { url: worker, variables }), `\`npx notion-edge why ${ID} --url ${worker} --token …\``);
});

test("an export is begun from here where the variables suffice, and else by the Worker", () => {
  const url = "https://worker.example";
  const here = { NOTION_TOKEN: "ntn_x", REDIS_URL: "redis://127.0.0.1" };
  assert.equal(exportLine({ url, variables: here }), "`npx notion-edge export`");
  const order = exportLine({ url, variables: { NOTION_EDGE_TOKEN: "s3cret", NOTION_TOKEN: "ntn_x" } });
  assert.equal(order, '`curl -X POST -H "Authorization: Bearer $NOTION_EDGE_TOKEN" https://worker.example/v1/exports`');
});
