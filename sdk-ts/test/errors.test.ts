/** What goes wrong, and what the client says about it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { type ClientOptions, createClient, NotionEdgeError } from "../src/index.ts";
import * as guards from "../src/errors.ts";
import { hangUp, html, json, problem, serve, silence } from "./server.ts";

const ID = "2712e341-754a-41ae-a9ce-4c0bb4b18c52";

/** The error of reading a page with these options. */
async function failure(options: ClientOptions): Promise<Error> {
  const outcome = await createClient({ retry: 0, ...options })
    .getPage(ID)
    .catch((error: unknown) => error);
  assert.ok(outcome instanceof NotionEdgeError, `no error, but ${inspect(outcome)}`);
  return outcome;
}

test("a refused token says which one is needed, and is never repeated", async (t) => {
  for (const reply of [problem(401, "send one of READ_TOKENS"), problem(403, "not yours"), html(403)]) {
    const { url } = await serve(t, reply);
    const none = await failure({ url });
    assert.equal(none.name, "UnauthorizedError");
    assert.match(none.message, /\(set `token` to one of its READ_TOKENS\)$/);
    const wrong = await failure({ url, token: "s3cret" });
    assert.match(wrong.message, /\(`token` is not one of its READ_TOKENS\)$/);
    assert.doesNotMatch(inspect(wrong, { depth: 9, showHidden: true }), /s3cret/);
  }
});

test("a request that makes no sense carries the Worker's explanation", async (t) => {
  const { url } = await serve(t, problem(400, "limit is not a number from 1 to 100"));
  await assert.rejects(createClient({ url }).listPages({ limit: 0 }), {
    name: "BadRequestError",
    message: `GET ${url}/v1/pages?limit=0 answered 400: limit is not a number from 1 to 100`,
  });
});

test("a store that is away is told with its status and its wait", async (t) => {
  const { url } = await serve(t, problem(503, "the store does not answer", { "retry-after": "5" }));
  const error = await failure({ url });
  assert.ok(guards.isUnavailableError(error));
  assert.deepEqual([error.status, error.retryAfterMs], [503, 5000]);
  assert.equal(error.message, `GET ${url}/v1/pages/${ID} answered 503: the store does not answer`);
});

test("a silent Worker ends in a timeout, also in the middle of an answer", async (t) => {
  const half = await serve(t, (response) => void response.writeHead(200).write('{"object":'));
  const nothing = await serve(t, silence);
  for (const { url } of [half, nothing]) {
    const error = await failure({ url, timeout: 50, retry: 2 });
    assert.ok(guards.isTimeoutError(error));
    assert.match(error.message, /took longer than 50 ms/);
  }
});

test("a broken connection keeps its cause", async (t) => {
  const { url } = await serve(t, hangUp);
  const error = await failure({ url });
  assert.ok(guards.isNetworkError(error));
  assert.ok(error.cause instanceof TypeError);
});

test("an answer that is not the Worker's is told, not taken for a missing page", async (t) => {
  const replies = [html(200), html(404), html(400), json([1]), json({ object: "list" }), json(null)];
  for (const reply of replies) {
    const { url } = await serve(t, reply);
    const error = await failure({ url });
    assert.ok(guards.isUnexpectedAnswerError(error));
    assert.match(error.message, /is url the Worker's address/);
  }
});

test("a list that is not where it should be is an error", async (t) => {
  const { url } = await serve(t, problem(404, "no such address"));
  await assert.rejects(createClient({ url }).listPages(), { name: "UnexpectedAnswerError" });
  await assert.rejects(createClient({ url }).getStatus(), { name: "UnexpectedAnswerError" });
});

test("a long explanation is cut", async (t) => {
  const { url } = await serve(t, problem(400, "x".repeat(10_000)));
  assert.ok((await failure({ url })).message.length < 500);
});

test("the caller's own abort comes back as it is", async (t) => {
  const { url, asked } = await serve(t, silence);
  const client = createClient({ url });
  const reason = new Error("the reader left");
  await assert.rejects(client.getPage(ID, { signal: AbortSignal.abort(reason) }), reason);
  assert.deepEqual(asked, []);
  const controller = new AbortController();
  const reading = client.getStatus({ signal: controller.signal });
  controller.abort(reason);
  await assert.rejects(reading, reason);
});

test("each guard knows its own error, also from another copy of the package", async (t) => {
  const { url } = await serve(t, problem(400, "no"));
  const error = await failure({ url });
  const own = Object.values(guards).filter((guard) => guard.name.startsWith("is"));
  const knowing = own.filter((guard) => (guard as typeof guards.isNotionEdgeError)(error));
  assert.deepEqual(
    knowing.map((guard) => guard.name),
    ["isBadRequestError", "isNotionEdgeError"],
  );
  const copy = Object.assign(new Error("far away"), { name: "TimeoutError", [Symbol.for("notion-edge.error")]: true });
  assert.ok(guards.isTimeoutError(copy));
  assert.ok(!guards.isTimeoutError(new DOMException("late", "TimeoutError")));
});

test("a time limit may have a fraction", async (t) => {
  const { url } = await serve(t, json({ state: "complete" }));
  assert.equal((await createClient({ url, timeout: 2_000.5 }).getStatus()).state, "complete");
});

test("bad options are told at once, without their secrets", () => {
  const wrong: [ClientOptions, RegExp][] = [
    [{ url: "notion.example.com" }, /^TypeError: url is not an http or https address/],
    [{ url: "ftp://example.com" }, /^TypeError: url is not an http or https address/],
    [{ url: "https://me:s3cret@example.com" }, /^TypeError: url holds a user or a password/],
    [{ url: "https://example.com", token: "s3cret\nx: y" }, /^TypeError: token holds/],
    [{ url: "https://example.com", timeout: 0 }, /^TypeError: timeout is 0/],
    [{ url: "https://example.com", retry: -1 }, /^TypeError: retry is -1/],
  ];
  for (const [options, message] of wrong) {
    assert.throws(
      () => createClient(options),
      (error: Error) => {
        assert.match(String(error), message);
        assert.doesNotMatch(inspect(error), /s3cret/);
        return true;
      },
    );
  }
});
