/** What becomes of a file on its way from Notion's storage, where the place for it fails. A whole copy is in tests/exporter.test.mjs. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { copyFile } from "../../src/exporter/files.ts";

const FILE = { key: "0-a.png", url: "https://storage.example/a.png", timeout_ms: 1_000 };

/** A storage that goes on giving, and says whether it was told to stop. */
function storage() {
  const state = { isStopped: false };
  const body = () =>
    new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(1_024)),
      cancel: () => void (state.isStopped = true),
    });
  return { state, fetch: async () => new Response(body(), { headers: { "content-type": "image/png" } }) };
}

test("a file that cannot be put is not read on", async () => {
  const places = {
    "refuses at once": async () => {
      throw new Error("disk full");
    },
    "reads a little first": async (_: string, bytes: ReadableStream<Uint8Array>) => {
      for await (const chunk of bytes) throw new Error(`disk full at ${chunk.length}`);
    },
    "lets a reader go": async (_: string, bytes: ReadableStream<Uint8Array>) => {
      const reader = bytes.getReader();
      await reader.read();
      reader.releaseLock();
      throw new Error("disk full");
    },
  };
  for (const [what, put] of Object.entries(places)) {
    const { state, fetch } = storage();
    await assert.rejects(copyFile(FILE, { put, delete: async () => {} }, fetch), /disk full/, what);
    assert.ok(state.isStopped, what);
  }
});

test("what the storage refuses is told by its status, and puts nothing", async () => {
  const put = () => assert.fail("there is nothing to put");
  const copied = await copyFile(FILE, { put, delete: async () => {} }, async () => new Response("no", { status: 403 }));
  assert.deepEqual([copied.status, copied.size], [403, 0]);
});

test("a place that never answers is not waited for longer than the request may take", async () => {
  const put = () => new Promise<void>(() => {});
  const file = { ...FILE, timeout_ms: 20 };
  const fetch = async () => new Response("bytes");
  await assert.rejects(copyFile(file, { put, delete: async () => {} }, fetch), /takes longer than TIMEOUT/);
});
