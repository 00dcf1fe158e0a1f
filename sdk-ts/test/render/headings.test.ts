/** The anchors of headings: those of the core, which has made the HTML that links lead into. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Core, encode, loadCore } from "../../src/core.ts";
import type { Block } from "../../src/index.ts";
import { anchorOf, headingsOf } from "../../src/render/index.ts";

const heading = (text: string, children: Block[] = []) =>
  ({
    object: "block",
    id: "2712e341-754a-41ae-a9ce-4c0bb4b18c52",
    type: "heading_2",
    heading_2: { rich_text: [{ type: "text", text: { content: text }, plain_text: text }], color: "default" },
    children,
  }) as unknown as Block;

const documentOf = (blocks: Block[], texts: string[]) => ({
  blocks,
  toc: texts.map((text) => ({ id: "", level: 2, text })),
});

const { renderBlocks } = (await loadCore()) as Core & {
  renderBlocks: (blocks: Uint8Array) => { html: string; free: () => void };
};

function anchorsInHtml(blocks: Block[]): string[] {
  const rendered = renderBlocks(encode(blocks));
  const { html } = rendered;
  rendered.free();
  return Array.from(html.matchAll(/<(?:h3|p)[^>]* id="([^"]*)"/g), ([, id = ""]) => id);
}

/** What titles are made of, and what letters do that are special. */
const word = fc.oneof(
  fc.constantFrom(
    "Intro",
    "intro",
    "2",
    "don't",
    "What’s",
    "ΟΔΟΣ",
    "İstanbul",
    "ẞ",
    "½",
    "日本語",
    "ไทย",
    "🎉",
    "e\u0301",
    "-",
  ),
  fc.string({ unit: "grapheme", maxLength: 12 }),
);
const title = fc.array(word, { maxLength: 24 }).map((words) => words.join(" "));

test("the anchors of any headings are those of the core's HTML", () => {
  fc.assert(
    fc.property(fc.array(title, { maxLength: 8 }), (texts) => {
      const blocks = texts.map((text) => heading(text));
      const document = documentOf(blocks, texts);
      const anchors = headingsOf(document).map(({ anchor }) => anchor);
      assert.deepEqual(anchors, anchorsInHtml(blocks));
      assert.deepEqual(
        blocks.map((block) => anchorOf(block, document)),
        anchors,
      );
    }),
    { numRuns: 500 },
  );
});

test("a synced copy of a heading has an anchor of its own, and so has what lies in it", () => {
  const original = heading("Intro", [heading("Deep")]);
  const blocks = [original, structuredClone(original)];
  const document = documentOf(blocks, ["Intro", "Deep", "Intro", "Deep"]);
  const all = blocks.flatMap((block) => [block, ...(block.children ?? [])]);
  assert.deepEqual(
    all.map((block) => anchorOf(block, document)),
    ["h-intro", "h-deep", "h-intro-2", "h-deep-2"],
  );
  assert.deepEqual(anchorsInHtml(blocks), ["h-intro", "h-deep", "h-intro-2", "h-deep-2"]);
});

test("a heading of another document has no anchor", () => {
  const elsewhere = { ...heading("Intro"), id: "another" };
  assert.equal(anchorOf(elsewhere, documentOf([heading("Intro")], ["Intro"])), undefined);
});
