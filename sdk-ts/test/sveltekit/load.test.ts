/** What routes load: a page, or where it went. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient } from "../../src/index.ts";
import { type Kit, loadPage, pageEntries } from "../../src/sveltekit/index.ts";
import { json, problem, serve } from "../server.ts";

const PAGE = { object: "page", id: "2712e341-754a-41ae-a9ce-4c0bb4b18c52", path: "/über/uns", blocks: [] };

/** Throws what it is told, as SvelteKit's do. */
const kit: Kit = {
  error: (status, message) => {
    throw new Error(`${status} ${message}`);
  },
  redirect: (status, location) => {
    throw new Error(`${status} ${location}`);
  },
};

test("a page is found by the path of an address, with or without a slash at its end", async (t) => {
  const { url } = await serve(t, json(PAGE));
  for (const path of ["/%C3%BCber/uns", "/%C3%BCber/uns/"]) {
    assert.deepEqual(await loadPage(createClient({ url }), path, kit), { page: PAGE });
  }
});

test("an old path leads to the new one", async (t) => {
  const { url } = await serve(t, json(PAGE));
  await assert.rejects(loadPage(createClient({ url }), "/about", kit), { message: "308 /%C3%BCber/uns" });
});

test("what is not there is a 404, what cannot be reached a 503, whose reason is logged", async (t) => {
  const logged = t.mock.method(console, "error", () => {});
  const { url } = await serve(t, problem(404, "none"), problem(500, "away"));
  const client = createClient({ url });
  await assert.rejects(loadPage(client, "/about", kit), /^Error: 404/);
  assert.equal(logged.mock.callCount(), 0);
  await assert.rejects(loadPage(client, "/about", kit), /^Error: 503/);
  assert.match(String(logged.mock.calls[0]?.arguments[0]), /^UnavailableError: GET .* answered 500: away$/);
  await assert.rejects(loadPage(client, "/", kit), /^Error: 404/);
});

test("entries are the parameters of all paths", async (t) => {
  const { url } = await serve(
    t,
    json({
      results: [
        { id: "a", path: "/a/b" },
        { id: "c", path: "/c" },
      ],
      next_cursor: null,
      total: 2,
    }),
  );
  assert.deepEqual(await pageEntries(createClient({ url })), [{ path: "a/b" }, { path: "c" }]);
  assert.deepEqual(await pageEntries(createClient({ url }), { name: "slug" }), [{ slug: "a/b" }, { slug: "c" }]);
});
