/** Deploy hooks: a site is told once an export is over that changed something, and again until it has heard. */
import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import { test } from "node:test";
import { exportAll } from "../local/cron.mjs";
import { stackFor } from "./harness.mjs";
import { truth } from "./oracle.mjs";

test("a hook is called after an export that changed content, until it answers, and not otherwise", async (t) => {
  /** @type {string[]} */
  const calls = [];
  let status = 200;
  const server = http.createServer((request, answer) => {
    calls.push(`${request.method} ${request.url} ${request.headers.authorization ?? ""}`);
    answer.writeHead(request.url === "/second" ? 200 : status).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  const at = `http://127.0.0.1:${address.port}`;
  const stack = await stackFor(t, { vars: { DEPLOY_HOOKS: `${at}/first,${at}/second` } });
  const called = () => calls.splice(0).toSorted();
  const both = ["POST /first ", "POST /second "];

  await exportAll(stack.worker, () => {});
  assert.deepEqual(called(), both);
  await stack.worker.scheduled();
  assert.deepEqual(called(), []);

  const [page] = await truth(stack);
  assert.ok(page);
  const change = { type: "append_paragraph", parent: page.id, text: "News" };
  const changed = await fetch(`${stack.sim?.address}/_sim/changes`, { method: "POST", body: JSON.stringify(change) });
  assert.equal(changed.status, 200);
  status = 500;
  await stack.worker.scheduled();
  assert.deepEqual(called(), both);
  await stack.worker.scheduled();
  assert.deepEqual(called(), ["POST /first "]);
  status = 204;
  await stack.worker.scheduled();
  assert.deepEqual(called(), ["POST /first "]);
  await stack.worker.scheduled();
  assert.deepEqual(called(), []);
});
