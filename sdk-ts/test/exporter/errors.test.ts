/** What is said of what went wrong on the way to Notion and Redis. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { reasonOf } from "../../src/exporter/errors.ts";
import { createExporter } from "../../src/exporter/exporter.ts";
import { surround } from "../../src/exporter/surroundings.ts";

test("a reason has its cause, and no address, which may hold a password", async () => {
  const reasons = ["http://me:s3cret@127.0.0.1:1/v1/users/me", "redis://:s3cret@[broken", "http://127.0.0.1:1"].map(
    (url) => fetch(url).then(() => assert.fail(), reasonOf),
  );
  const told = await Promise.all(reasons);
  for (const reason of told) assert.doesNotMatch(reason, /s3cret|:\/\//);
  assert.match(told[0] ?? "", /^Request cannot be constructed from a URL that includes credentials: …$/);
  assert.match(told[2] ?? "", /^fetch failed: bad port$/);
  assert.equal(reasonOf("nothing"), "no answer");
});

test("what is no id of a page or a database is refused in the caller's words, before anything is asked", async () => {
  const fetch = () => assert.fail();
  const exporter = createExporter({ variables: {}, fetch });
  const refused = { name: "ExportRefusedError", status: 400, message: /^page is "Blog", which is not an id: pass 32/ };
  await assert.rejects(exporter.exportPage("Blog"), refused);
  await assert.rejects(exporter.exportDatabase(""), { ...refused, message: /^database is "", which is not an id/ });
});

test("an address of Redis that is none is told without it: a password in it may be what makes it none", async () => {
  for (const REDIS_URL of ["redis://:s3cret@[bad", "redis://:s3cret/x@127.0.0.1", "127.0.0.1:6379", "http://s3cret"]) {
    await assert.rejects(surround({ REDIS_URL }, fetch, undefined), (error: Error) => {
      assert.equal(error.name, "ConfigurationError");
      assert.match(error.message, /^REDIS_URL is not an address like redis:/);
      assert.doesNotMatch(inspect(error), /s3cret/);
      return true;
    });
  }
});
