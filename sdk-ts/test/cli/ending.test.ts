/** How commands end before they are done: by Ctrl-C, and by whoever reads what they print. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { json, serve } from "../server.ts";
import { folderFor, ran } from "./world.ts";

const ID = "6a3f9c1e-2b7d-4e58-9f04-1c8d5e2a7b90";

/** What a Worker answers where nothing has happened yet. */
const BEFORE = json({ results: [], next: "4-0", missed: false });

test("events are lines as they come, from where it is said, and Ctrl-C ends with 130", async (t) => {
  const ending = new AbortController();
  const event = { id: "5-0", type: "page.updated", ts: 1_000, data: { id: ID, version: 7 } };
  const told = {
    id: "6-0",
    type: "export.completed",
    ts: 2_000,
    data: { number: 3, job: "all", counts: { changed: 1 } },
  };
  const { url, asked } = await serve(t, BEFORE, (response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const it of [event, told]) response.write(`id: ${it.id}\nevent: ${it.type}\ndata: ${JSON.stringify(it)}\n\n`);
    setImmediate(() => setTimeout(() => ending.abort(new Error("interrupted")), 50));
  });
  const { code, out, err } = await ran(["tail", "--after", "4-0", "--url", url], { signal: ending.signal });
  assert.deepEqual([code, err], [130, ""]);
  assert.deepEqual(asked, ["GET /v1/events?after=4-0&limit=1", "GET /v1/events?after=4-0"]);
  assert.equal(
    out,
    `1970-01-01 00:00:01  page.updated      ${ID} v7\n1970-01-01 00:00:02  export.completed  export 3 all, 1 page changed\n`,
  );
});

test("Ctrl-C ends whatever waits for an answer, at once and with 130", async (t) => {
  for (const args of [
    ["status"],
    ["list"],
    ["get", "/a"],
    ["types", "-o", "/dev/null/types.ts"],
    ["why", "/a", "--token", "hush"],
    ["doctor"],
    ["purge"],
    ["confirm", "7"],
    ["sync", ID],
    ["tail"],
    ["webhook"],
  ]) {
    const ending = new AbortController();
    const { url } = await serve(t, () => ending.abort(new Error("interrupted")));
    const began = performance.now();
    const { code, err } = await ran([...args, "--url", url], { signal: ending.signal });
    assert.deepEqual([code, err], [130, ""], args[0]);
    assert.ok(performance.now() - began < 5_000, args[0]);
  }
});

test("Ctrl-C has types written by nobody, however near the end it comes", async (t) => {
  const ending = new AbortController();
  const source = { object: "data_source", id: ID, title: [{ plain_text: "Blog" }], properties: {} };
  const { url } = await serve(t, (response, request) => {
    if (request.url?.startsWith("/v1/data-sources")) ending.abort(new Error("interrupted"));
    const list = { results: [], next_cursor: null, total: 0 };
    json(request.url?.startsWith("/v1/pages") ? list : { ...source, data_sources: [{ id: ID }] })(response, request);
  });
  const folder = folderFor(t);
  const args = ["types", "--url", url, "--data-source", ID];
  assert.deepEqual([(await ran(args, { folder, signal: ending.signal })).code, readdirSync(folder)], [130, []]);
});

test(
  "who reads the output may end first, and what cannot be written is said",
  { skip: !existsSync("/dev/full") },
  async (t) => {
    const { url } = await serve(t, json({ object: "page", id: ID, title: "Tides", blocks: [] }));
    const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
    const full = openSync("/dev/full", "w");
    t.after(() => closeSync(full));
    const begin = (stdout: number | "pipe") =>
      spawn(process.execPath, [main, "get", ID, "--url", url], { stdio: ["ignore", stdout, "pipe"] });
    const ended = async (child: ReturnType<typeof begin>) => {
      let err = "";
      child.stderr?.on("data", (chunk) => (err += chunk));
      const [code] = (await once(child, "close")) as [number];
      return { code, err };
    };
    const { code, err } = await ended(begin(full));
    assert.equal(code, 1);
    assert.match(err, /^✗ the output cannot be written: ENOSPC[^\n]*\n$/);
    const left = begin("pipe");
    left.stdout?.destroy();
    assert.deepEqual(await ended(left), { code: 0, err: "" });
  },
);

test("who looks on is told that nothing has happened yet, and no more once it is over", async (t) => {
  const ending = new AbortController();
  const { url } = await serve(t, BEFORE, (response) => {
    response.writeHead(200, { "content-type": "text/event-stream" }).write(": here\n\n");
    setTimeout(() => ending.abort(new Error("interrupted")), 50);
  });
  const tail = (isTerminal: boolean) =>
    ran(["tail", "--after", "4-0", "--url", url], { signal: ending.signal, isTerminal });
  const { code, out, err } = await tail(true);
  assert.deepEqual([code, out], [130, ""]);
  assert.match(err, /^waiting for what happens[^\n]*\r\x1b\[K$/);
});

test("a Node that is too old is told, without a stack", async () => {
  const bin = fileURLToPath(new URL("../../bin/notion-edge.js", import.meta.url));
  for (const version of ["20.20.2", "22.11.0"]) {
    const versions = JSON.stringify({ node: version });
    const older = `data:text/javascript,Object.defineProperty(process, "versions", { value: ${versions} })`;
    const child = spawn(process.execPath, ["--import", older, bin, "--version"], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    let err = "";
    child.stderr.on("data", (chunk) => (err += chunk));
    const [code] = (await once(child, "close")) as [number];
    assert.deepEqual([code, err], [2, `✗ this is Node ${version}: notion-edge needs Node 22.12 or newer\n`]);
  }
});
