/** The components of both frameworks: what they say is what the core's HTML says. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Block } from "../../src/index.ts";
import { type Core, encode, loadCore } from "../../src/core.ts";
import { renderEquations } from "../../src/katex/index.ts";
import { highlightCode } from "../../src/shiki/index.ts";
import { block, blocks, context, document, documentOf, html, text } from "./document.ts";
import { type Render, sites } from "./sites.ts";
import { outline } from "./tree.ts";
import { variants } from "./variants.ts";

const FRAMEWORKS = ["Astro", "Svelte"] as const;
const rich = (content: string) => ({ rich_text: [text(content)], color: "default" });
const media = (key: string, caption: string[] = []) => ({
  type: "file",
  file: { url: `/v1/files/${key}`, key },
  caption: caption.map(text),
});
const mention = (id: string, plain_text: string) => ({
  ...text(plain_text),
  type: "mention",
  mention: { type: "page", page: { id } },
});

const told = { withAttributes: true };

let renders: Awaited<ReturnType<typeof sites>>;

before(async () => {
  renders = await sites();
});
after(() => renders.close());

for (const name of FRAMEWORKS) {
  const render: Render = (props, own) => renders[name](props, own);

  test(`${name}: a page of all types of blocks says what the core's HTML says, in the same classes, with the same anchors, links and data`, async () => {
    assert.deepEqual(outline(await render({ blocks, context }), told), outline(html, told));
  });

  test(`${name}: every form of a block says what the core's HTML says`, async () => {
    const { renderBlocks } = (await loadCore()) as Core & { renderBlocks(blocks: Uint8Array): { html: string } };
    const shown = await render({ blocks: variants, context: { document: documentOf(variants) } });
    assert.deepEqual(outline(shown, told), outline(renderBlocks(encode(variants)).html, told));
  });

  test(`${name}: a component of the site's own stands for ours at any depth, and gets what lies in the block`, async () => {
    const inner = block("code", { rich_text: [text("x")], caption: [], language: "c" });
    const nested = [
      block("column_list", {}, [
        block("column", {}, [block("toggle", rich("open"), [block("callout", rich("box"), [inner])])]),
      ]),
      block("bulleted_list_item", rich("item"), [block("quote", rich("said"), [inner])]),
      block("table", { has_column_header: false, has_row_header: false }, [block("table_row", { cells: [] })]),
    ];
    const own = { code: "Marked", callout: "Marked", bulleted_list_item: "Marked" };
    const shown = await render({ blocks: nested, context: { document } }, own);
    const found = [...shown.matchAll(/<own-block data-type="(\w+)" data-kept="([\w ]+)"/g)];
    assert.deepEqual(
      found.map(([, type, kept]) => `${type} ${kept}`),
      ["callout", "code", "bulleted_list_item", "code"].map((type) => `${type} true true`),
    );
    assert.match(outline(shown).join("\n"), /own-block\n +own-block\n/, "the code is inside of the callout");
    assert.doesNotMatch(shown, /ne-code|ne-callout/);
  });

  test(`${name}: what lies in a block that has no place for it stands behind it`, async () => {
    const payloads: Record<string, object> = {
      code: { rich_text: [text("x")], caption: [], language: "c" },
      image: media("a"),
      bookmark: { url: "https://a.example", caption: [] },
      equation: { expression: "x" },
      divider: {},
      child_page: { title: "Page" },
      table_of_contents: { color: "default" },
      file: media("b"),
    };
    const odd = Object.entries(payloads).map(([type, payload]) =>
      block(type, payload, [block("paragraph", rich(`in ${type}`))]),
    );
    const shown = outline(await render({ blocks: odd }));
    for (const type of Object.keys(payloads)) {
      const at = shown.findIndex((line) => line.trim() === `"in ${type}"`);
      assert.deepEqual([shown[at - 2]?.trim(), shown[at - 1]?.trim()], ["div.ne-children", "p.ne-paragraph"], type);
    }
    const replaced = await render({ blocks: odd.slice(0, 1), context }, { code: "Marked" });
    assert.equal(replaced.split("in code").length, 2, "a component of the site's own has it as what lies in it");
  });

  test(`${name}: a block of an unknown type is marked, and what lies in it shown`, async () => {
    const unknown = ["hologram", "constructor", "__proto__", "toString"].map((type) =>
      block(type, {}, [block("paragraph", rich(`in ${type}`))]),
    );
    const shown = outline(await render({ blocks: unknown }));
    assert.equal(shown.filter((line) => line === "div.ne-unsupported").length, unknown.length);
    for (const { type } of unknown)
      assert.ok(
        shown.some((line) => line.trim() === `"in ${type}"`),
        type,
      );
  });

  test(`${name}: a block that says nothing is marked where the core marks it, and breaks nothing`, async () => {
    const within = [block("paragraph", rich("within"))];
    const types = ["paragraph", "heading_1", "to_do", "numbered_list_item", "callout", "code", "equation", "template"];
    const files = ["image", "video", "pdf", "bookmark", "embed", "child_page", "meeting_notes", "table", "table_row"];
    const hollow = [...types, ...files].map(
      (type) => ({ ...block(type, {}, within), [type]: null }) as unknown as Block,
    );
    const comment = block("link_to_page", { type: "comment_id", comment_id: "c" }, within);
    const shown = outline(await render({ blocks: [...hollow, comment], context: { document: documentOf(hollow) } }));
    const count = (line: string) => shown.filter((it) => it.trim() === line).length;
    assert.deepEqual([count("div.ne-unsupported"), count('"within"')], [hollow.length + 1, hollow.length + 1]);
    const silent = ["divider", "column", "table_of_contents", "synced_block", "tab"].map((type) => ({
      object: "block",
      id: type,
      type,
    }));
    assert.doesNotMatch(await render({ blocks: silent }), /ne-unsupported/);
  });

  test(`${name}: code that is not highlighted keeps its lines, looks and links`, async () => {
    const [first, link] = [text("a {\n  "), { ...text("b()"), href: "https://b.example" }];
    const last = { ...text("\n}\n"), annotations: { ...text("").annotations, bold: true } };
    const shown = await render({ blocks: [block("code", { rich_text: [first, link, last], language: "c" })] });
    const [, code = ""] = /<pre[^>]*>(.*?)<\/pre>/s.exec(shown.replaceAll(/<!--.*?-->/g, "")) ?? [];
    assert.equal(code.replaceAll(/<\/?(?:code|a|strong)\b[^>]*>/g, ""), "a {\n  b()\n}\n");
    assert.match(code, /<a href="https:\/\/b\.example"[^>]*>b\(\)<\/a>.*<strong/s);
  });

  test(`${name}: text that was never read is shown by its content, and code without a language is none of any`, async () => {
    const written = [
      { type: "text", text: { content: "first" } },
      { type: "equation", equation: { expression: "x" } },
    ];
    const all = [
      block("quote", { rich_text: written }),
      block("code", { rich_text: [{ text: { content: "second" } }] }),
    ];
    const lines = outline(await render({ blocks: all })).map((line) => line.trim());
    assert.ok(lines.includes('"first"') && lines.includes('"x"') && lines.includes('"second"'), lines.join("\n"));
    assert.ok(!lines.some((line) => line.includes("ne-unsupported") || line.includes("language-")), lines.join("\n"));
  });

  test(`${name}: a task without text has a label, and a date without an end no arrow`, async () => {
    const date = { type: "date", date: { start: "2022-04-24", end: null, time_zone: null } };
    const told = { ...text("2022-04-24 → "), type: "mention", mention: date };
    const tasks = [
      block("to_do", { rich_text: [], checked: false }, [], "1"),
      block("to_do", { rich_text: [told], checked: true }, [], "2"),
    ];
    const shown = await render({ blocks: tasks });
    assert.equal(shown.match(/aria-label="Empty task"/g)?.length, 1);
    assert.doesNotMatch(shown, /→/);
  });

  test(`${name}: pictures have their size, and only the first is loaded at once`, async () => {
    const [first, second] = [block("image", media("a", ["A cat"]), [], "1"), block("image", media("b"), [], "2")];
    const all = [block("toggle", rich("open"), [first]), second];
    const file = { kind: "image", name: "a", owner: "1", content_type: "image/png", size: 9, key: "a" };
    const shown = await render({
      blocks: all,
      context: {
        document: documentOf(all, [{ ...file, width: 640, height: 480 }]),
        fileUrl: (url: string) => `https://w.example${url}`,
      },
    });
    const [one = "", two = ""] = shown.match(/<img[^>]*>/g) ?? [];
    for (const part of ['src="https://w.example/v1/files/a"', 'alt="A cat"', 'width="640"', 'height="480"', "eager"]) {
      assert.ok(one.includes(part), `${part} in ${one}`);
    }
    assert.ok(two.includes('loading="lazy"') && !two.includes("width"), two);
  });

  test(`${name}: of a page that the site does not show not even the title is told`, async () => {
    const id = "22222222-2222-4222-8222-222222222222";
    const all = [
      block("paragraph", { rich_text: [mention(id, "Team"), { ...text("here"), href: `https://notion.so/${id}` }] }),
      block("link_to_page", { type: "page_id", page_id: id }),
      block("child_page", { title: "Team" }, [], id),
    ];
    const shown = await render({ blocks: all, context: { document, isShown: (it: string) => it !== id } });
    assert.doesNotMatch(shown, /Team|href/);
    assert.match(await render({ blocks: all, context: { document } }), /href="\/team".*Team/);
  });

  test(`${name}: without a document links inside of Notion are text, and nothing breaks`, async () => {
    const shown = outline(await render({ blocks }));
    assert.ok(shown.length > 100);
    assert.ok(shown.includes("nav.ne-breadcrumb"));
  });

  test(`${name}: code is coloured and equations are MathML where the context has them`, async () => {
    const all = [
      block("code", { rich_text: [text('const a = "<b>";\n')], caption: [], language: "typescript" }),
      block("equation", { expression: "\\frac{1}{2}" }),
      block("equation", { expression: "constructor" }, [], "other"),
      block("paragraph", { rich_text: [{ ...text("x^2"), type: "equation", equation: { expression: "x^2" } }] }),
    ];
    const shown = await render({
      blocks: all,
      context: { code: await highlightCode(all), equations: { ...renderEquations(all.toSpliced(2, 1)) } },
    });
    assert.match(shown, /<code class="language-typescript"[^>]*>(<!--.*?-->)*<span style="--shiki-light:#/);
    assert.equal([...shown.matchAll(/<math/g)].length, 2);
    assert.match(shown, /data-display="block"[^>]*>(<!--.*?-->)*constructor/);
    assert.doesNotMatch(shown, /<b>/);
  });
}
