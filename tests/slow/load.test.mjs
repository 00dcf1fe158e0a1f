/**
 * Ten minutes of readers while people edit and the exporter rewrites pages, in one workerd: no answer is an error, each is a version
 * that existed and no older than it may be, and the memory that workerd takes stays what it is. `MINUTES` gives it another time.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startWorkerd } from "../../bench/workerd.mjs";
import { workerAt } from "../../local/worker.mjs";
import { folder, stackFor, storeOf } from "../harness.mjs";

const SECONDS = 60 * Number(process.env.MINUTES ?? "10");
const PAGES = 300;
const READERS = 8;
/** Between two edits. */
const EDIT_MS = 200;
/** For so long an isolate may serve what it remembers, and what a request takes. */
const FRESH_MS = 5_000;
/** More runs than the first export takes. */
const RUNS = 50;
/** By so much the memory may be larger at the end than in the second quarter: the garbage collector of V8 takes its time. */
const GROWTH = 1.2;

/** @typedef {{ id: string, path: string }} Page */

test("readers get what existed, and nothing else, while an export rewrites pages", async (t) => {
  const stack = await stackFor(t, { sim: { pages: PAGES } });
  const store = storeOf(t, stack);
  const running = await startWorkerd({ folder: folder(t), vars: stack.vars });
  t.after(() => running.stop());
  const worker = workerAt(running.found);
  for (let run = 0; run < RUNS && (await worker.status()).state !== "complete"; run += 1) await worker.scheduled();
  const pages = await listed(running.found);
  assert.ok(pages.length > PAGES / 2, `${pages.length} pages`);

  const ends = performance.now() + SECONDS * 1_000;
  const isOver = () => performance.now() > ends;
  /** The editions of each page that were made; 0 is what it was in the beginning. @type {Map<string, number>} */
  const made = new Map();
  /** The editions that were in the store, with when that was seen. @type {Map<string, { edition: number, at: number }[]>} */
  const stored = new Map();
  /** The text by its tag. @type {Map<string, string>} */
  const texts = new Map();
  /** @type {Map<string, number>} */
  const answers = new Map();
  /** Bytes. @type {number[]} */
  const memory = [];

  /** @param {string} id @param {string} title @param {number} began @param {string} what */
  function check(id, title, began, what) {
    const edition = editionOf(title);
    assert.ok(edition <= (made.get(id) ?? 0), `${what}: edition ${edition} of ${id} was never made`);
    const seen = (stored.get(id) ?? []).findLast(({ at }) => at + FRESH_MS < began)?.edition ?? 0;
    assert.ok(edition >= seen, `${what}: edition ${edition} of ${id}, and ${seen} was stored long ago`);
  }

  async function edit() {
    while (!isOver()) {
      const { id } = any(pages);
      const edition = (made.get(id) ?? 0) + 1;
      made.set(id, edition);
      const body = JSON.stringify({ type: "set_title", page: id, title: `Edition ${edition}` });
      const { status } = await fetch(`${stack.sim?.address}/_sim/changes`, { method: "POST", body });
      assert.equal(status, 200);
      await sleep(EDIT_MS);
    }
  }

  async function run() {
    let runs = 0;
    for (; !isOver(); runs += 1) await worker.scheduled().then(() => sleep(500));
    return runs;
  }

  /** Looks at what is stored past the Worker. */
  async function watch() {
    while (!isOver()) {
      const some = Array.from({ length: 20 }, () => any(pages).id);
      const documents = await store.mget(some.map((id) => `notion:page:${id}`));
      for (const [place, id] of some.entries()) {
        const { title } = JSON.parse(documents[place] ?? "{}");
        stored.set(id, [...(stored.get(id) ?? []).slice(-50), { edition: editionOf(title), at: performance.now() }]);
      }
      memory.push(residentBytes(running.pid));
      await sleep(500);
    }
  }

  async function read() {
    /** @type {Map<string, string>} */
    const tags = new Map();
    while (!isOver()) {
      const { id } = any(pages);
      const ask = any(QUESTIONS);
      const address = ask.address(id);
      const began = performance.now();
      const known = Math.random() < 0.3 ? tags.get(address) : undefined;
      const answer = await fetch(running.found + address, known ? { headers: { "if-none-match": known } } : {});
      const text = await answer.text();
      const what = `${address}: ${answer.status}`;
      assert.ok(
        answer.status === 200 || (answer.status === 304 && known !== undefined),
        `${what} ${text.slice(0, 300)}`,
      );
      assert.doesNotMatch(answer.headers.get("cache-status") ?? "", /does not answer/, what);
      const tag = answer.headers.get("etag") ?? "";
      const kind = `${ask.name} ${answer.status}`;
      answers.set(kind, (answers.get(kind) ?? 0) + 1);
      if (answer.status === 304) continue;
      tags.set(address, tag);
      for (const [of, title] of ask.titles(id, text)) check(of, title, began, what);
      if (!address.startsWith("/v1/pages/")) continue;
      assert.equal(texts.get(`${id} ${tag}`) ?? text, text, `${what}: two texts have the tag ${tag}`);
      texts.set(`${id} ${tag}`, text);
    }
  }

  const [runs] = await Promise.all([run(), edit(), watch(), ...Array.from({ length: READERS }, read)]);
  const quarter = Math.floor(memory.length / 4);
  const [before, after] = [median(memory.slice(quarter, 2 * quarter)), median(memory.slice(-quarter))];
  const edits = [...made.values()].reduce((sum, it) => sum + it, 0);
  const last = [...stored.values()].reduce((sum, it) => sum + (it.at(-1)?.edition ?? 0), 0);
  t.diagnostic(`${runs} runs, ${edits} edits, ${last} of them seen in the store; answers: ${describe(answers)}`);
  const tenths = Array.from({ length: 10 }, (_, it) =>
    memory.slice((it * memory.length) / 10, ((it + 1) * memory.length) / 10),
  );
  t.diagnostic(`memory of workerd by tenths of the time: ${tenths.map((it) => megabytes(median(it))).join(", ")} MB`);
  assert.ok(last > edits / 4, "the exporter followed");
  assert.ok(after < before * GROWTH, `${megabytes(before)} MB became ${megabytes(after)} MB`);
});

/** What is asked, and the titles that are told of pages. @type {{ name: string, address: (id: string) => string, titles: (id: string, text: string) => [string, string][] }[]} */
const QUESTIONS = [
  { name: "json", address: (id) => `/v1/pages/${id}`, titles: (id, text) => [[id, JSON.parse(text).title]] },
  { name: "json", address: (id) => `/v1/pages/${id}.json`, titles: (id, text) => [[id, JSON.parse(text).title]] },
  {
    name: "fields",
    address: (id) => `/v1/pages/${id}?fields=title`,
    titles: (id, text) => [[id, JSON.parse(text).title]],
  },
  { name: "html", address: (id) => `/v1/pages/${id}.html`, titles: () => [] },
  { name: "markdown", address: (id) => `/v1/pages/${id}.md`, titles: () => [] },
  { name: "list", address: () => "/v1/pages?limit=50", titles: titlesOf },
  { name: "batch", address: (id) => `/v1/pages:batch?ids=${id}&fields=id,title`, titles: titlesOf },
  { name: "search", address: () => "/v1/search?q=edition", titles: titlesOf },
];

/** @param {string} _id @param {string} text @returns {[string, string][]} */
function titlesOf(_id, text) {
  return JSON.parse(text).results.map((/** @type {{ id: string, title: string }} */ it) => [it.id, it.title]);
}

/** @param {string} url @returns {Promise<Page[]>} */
async function listed(url) {
  /** @type {Page[]} */
  const pages = [];
  let cursor = "";
  do {
    const part = JSON.parse(await (await fetch(`${url}/v1/pages?limit=100${cursor}`)).text());
    pages.push(...part.results);
    cursor = part.next_cursor === null ? "" : `&cursor=${encodeURIComponent(part.next_cursor)}`;
  } while (cursor !== "");
  return pages;
}

/** @param {string | undefined} title */
function editionOf(title) {
  return Number(/^Edition (\d+)$/.exec(title ?? "")?.[1] ?? 0);
}

/** @template T @param {T[]} all */
function any(all) {
  return /** @type {T} */ (all[Math.floor(Math.random() * all.length)]);
}

/** @param {number} pid */
function residentBytes(pid) {
  return 1024 * Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
}

/** @param {number[]} values */
function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** @param {number} bytes */
function megabytes(bytes) {
  return Math.round(bytes / 1e6);
}

/** @param {Map<string, number>} counts */
function describe(counts) {
  return [...counts].map(([name, count]) => `${count} ${name}`).join(", ");
}
