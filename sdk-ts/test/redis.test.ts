/** What the client over Redis says and gives up on, over transports that fail. What it answers is in tests/sdk.test.mjs. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { identityOf } from "../src/identity.ts";
import { createRedisClient } from "../src/redis/index.ts";
import type { Reply, Transport } from "../src/store/index.ts";

const ID = "2712e341-754a-41ae-a9ce-4c0bb4b18c52";

/** A transport over nothing. */
function over(send: () => Promise<Reply>): Transport {
  return { send, nodes: async () => [{ send, hasAllSlots: true }], subscribe: async () => async () => {} };
}

const silent = over(() => new Promise(() => {}));

test("a Redis that says nothing ends in a timeout, and in an abort", async () => {
  const client = createRedisClient({ transport: silent, timeout: 50 });
  await assert.rejects(client.getPage(ID), { name: "TimeoutError" });
  const controller = new AbortController();
  const reading = createRedisClient({ transport: silent }).getPage(ID, { signal: controller.signal });
  const reason = new Error("the reader left");
  controller.abort(reason);
  await assert.rejects(reading, reason);
});

test("a Redis that is not there is told as such, and asked again", async () => {
  let asked = 0;
  const cause = new Error("connect ECONNREFUSED");
  const transport = over(async () => {
    asked += 1;
    throw cause;
  });
  await assert.rejects(createRedisClient({ transport }).getPage(ID), {
    name: "NetworkError",
    message: `GET /v1/pages/${ID}: redis could not be reached`,
    cause,
  });
  assert.equal(asked, 3);
});

test("what Redis refuses is told in its own words", async () => {
  const transport = over(async () => {
    throw new Error("NOPERM this user has no permissions");
  });
  await assert.rejects(createRedisClient({ transport, retry: 0 }).getPage(ID), {
    name: "UnavailableError",
    status: 503,
    message: /redis refuses: NOPERM this user has no permissions$/,
  });
});

test("a layout that cannot be is refused at once", () => {
  for (const layout of [{ separator: "" }, { hashTag: "{x}" }]) {
    assert.throws(() => createRedisClient({ transport: silent, ...layout }), { name: "UnsupportedArgumentError" });
  }
});

test("addresses of files are below the Worker's, and stay relative where there is none", () => {
  const url = "https://notion.example.com/api";
  assert.equal(createRedisClient({ transport: silent, url }).fileUrl("/v1/files/1-a.png"), `${url}/v1/files/1-a.png`);
  const { fileUrl } = createRedisClient({ transport: silent });
  assert.deepEqual([fileUrl("/v1/files/1-a.png"), fileUrl(null)], ["/v1/files/1-a.png", null]);
});

test("what is read under one prefix is not kept for another", async () => {
  const identities = ["a", "b", "a"].map((prefix) => identityOf(createRedisClient({ transport: silent, prefix })));
  const [first, second, again] = await Promise.all(identities);
  assert.ok(first !== second && first === again);
});
