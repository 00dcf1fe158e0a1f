/** How long a reader waits for the word on what has changed, in virtual time. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { createClient, type Client } from "../../src/index.ts";
import { type KitEvent, notionHandle } from "../../src/sveltekit/index.ts";

const SECOND = 1_000;
const ID = "2712e341-754a-41ae-a9ce-4c0bb4b18c52";

/** A Worker with a page, which stops telling of events when a test says so. */
function worker() {
  const state = { isSilent: false, rendered: 0 };
  /** Called with the signal of each question about events that gets no answer. */
  let onSilence: (signal: AbortSignal) => void = () => {};
  const fetch = async (address: string, { signal }: RequestInit = {}) => {
    if (!new URL(address).pathname.endsWith("/v1/events"))
      return Response.json({ object: "page", id: ID, title: "Tides", blocks: [] });
    if (!state.isSilent) return Response.json({ results: [], next: "1-0", missed: false });
    assert.ok(signal, "whoever asks can stop waiting");
    return new Promise<Response>((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
      onSilence(signal);
    });
  };
  const handle = notionHandle({ client: createClient({ url: "https://worker.example", fetch, cache: 0 }) });
  const get = async () => {
    const url = new URL("https://site.example/tides");
    const event = { url, request: new Request(url), locals: {} as { notion: Client } } satisfies KitEvent;
    const resolve = async ({ locals: { notion } }: typeof event) => {
      state.rendered += 1;
      return new Response((await notion.getPage(ID))?.title, { headers: { "content-type": "text/html" } });
    };
    return (await handle({ event, resolve })).text();
  };
  const silence = () => new Promise<AbortSignal>((resolve) => (onSilence = resolve));
  return { get, silence, state };
}

/** Time that goes on only by the test. */
function stopTime(t: TestContext): TestContext["mock"]["timers"] {
  // Node has the last one since 24, and its types here are of 20.
  t.mock.timers.enable({ apis: ["Date", "AbortSignal.timeout" as "Date"] });
  return t.mock.timers;
}

test("who asks while the Worker tells nothing waits a second, others not at all, and both get what is kept", async (t) => {
  const time = stopTime(t);
  const { get, silence, state } = worker();
  assert.equal(await get(), "Tides");
  state.isSilent = true;
  time.tick(2 * SECOND);
  const asked = silence();
  const first = get();
  const signal = await asked;
  time.tick(SECOND - 1);
  assert.equal(signal.aborted, false);
  assert.equal(await get(), "Tides");
  time.tick(1);
  assert.equal(await first, "Tides");
  assert.equal(state.rendered, 1);
});

test("who is the first waits a second as well, and what is rendered then is not kept", async (t) => {
  const time = stopTime(t);
  const { get, silence, state } = worker();
  state.isSilent = true;
  const asked = silence();
  const first = get();
  await asked;
  time.tick(SECOND);
  assert.equal(await first, "Tides");
  assert.equal(await get(), "Tides");
  assert.equal(state.rendered, 2);
});
