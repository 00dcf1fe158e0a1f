/** What the package offers to those who render blocks. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Block, FileObject, RichText } from "../../src/index.ts";
import {
  altOf,
  labelOf,
  blockAnchorOf,
  classOf,
  colorClass,
  fileUrlOf,
  groupLists,
  hostOf,
  hrefOf,
  linkTo,
  nameOf,
  payloadOf,
  withFileUrls,
  wordsFor,
} from "../../src/render/index.ts";
import { plainText, tagsOf } from "../../src/render/index.ts";

const ID = "2712e341-754a-41ae-a9ce-4c0bb4b18c52";

const block = (type: string, payload = {}) =>
  ({ object: "block", id: type, type, [type]: payload }) as unknown as Block;
const text = (plain_text: string, href: string | null = null) =>
  ({ type: "text", plain_text, href }) as unknown as RichText;
const mention = (type: string, payload: object) =>
  ({ type: "mention", plain_text: "", href: null, mention: { type, [type]: payload } }) as unknown as RichText;
const pathOf = (id: string) => (id === ID ? "/tides" : undefined);

test("each run of list items of one type becomes a list, everything else stays", () => {
  const types = ["to_do", "paragraph", "numbered_list_item", "numbered_list_item", "bulleted_list_item", "divider"];
  const grouped = groupLists(types.map((type) => block(type)));
  assert.deepEqual(
    grouped.map((it) => ("items" in it ? `${it.type} ${it.items.length}` : it.type)),
    ["to_do_list 1", "paragraph", "numbered_list 2", "bulleted_list 1", "divider"],
  );
  assert.deepEqual(groupLists([]), []);
});

test("a number to start with begins another list", () => {
  const items = [1, null, 5].map((list_start_index) => block("numbered_list_item", { list_start_index }));
  const lengths = groupLists(items).map((it) => "items" in it && it.items.length);
  assert.deepEqual(lengths, [2, 1]);
});

test("a block's payload is under the name of its type, its class too", () => {
  assert.deepEqual(payloadOf(block("heading_2", { is_toggleable: true })), { is_toggleable: true });
  assert.equal(classOf("quote"), "ne-quote");
  assert.equal(classOf("quote", "red_background"), "ne-quote ne-red-background");
  assert.equal(classOf("quote", "default_background"), "ne-quote");
  assert.equal(classOf("heading_2", "red"), "ne-heading ne-heading-2 ne-red");
  assert.equal(classOf("link_to_page"), "ne-link-to-page");
  assert.equal(colorClass("default"), undefined);
});

test("plain text is all items joined, dates and links in the words of the core", () => {
  assert.equal(plainText([mention("link_mention", { href: "https://example.com/", title: "Tides" })]), "Tides");
  assert.equal(plainText([text("Ebb "), text("and flow")]), "Ebb and flow");
  const date = (start: string, end?: string) => plainText([mention("date", { start, end, time_zone: null })]);
  assert.equal(date("2022-04-24"), "2022-04-24");
  assert.equal(date("2022-04-24", "2022-04-25"), "2022-04-24 – 2022-04-25");
  assert.equal(date("2022-04-24T09:00:00.000+02:00", "2022-04-24T10:30:00.000+02:00"), "2022-04-24 09:00 – 10:30");
});

test("links to pages lead to the site's, in each form that Notion gives them", () => {
  const short = ID.replaceAll("-", "");
  for (const href of [
    `/${short}`,
    `/${ID}`,
    `/${short}?pvs=25#8fbc`,
    `/acme/Tide-tables-${short}`,
    `https://www.notion.so/${short}`,
    `https://app.notion.com/p/Tide-tables-${short}`,
    `https://acme.notion.site/Tide-${short}#x`,
  ]) {
    assert.equal(hrefOf(text("here", href), pathOf), "/tides", href);
  }
  assert.equal(hrefOf(mention("page", { id: ID }), pathOf), "/tides");
  assert.equal(hrefOf(mention("database", { id: ID }), pathOf), "/tides");
});

test("a link to a block leads to it on the site, in each form that addresses have", () => {
  const [short, other, block] = [ID, ID.replace("2", "3"), ID.replace("2", "4")].map((id) => id.replaceAll("-", ""));
  for (const [href, expected] of [
    [`/${short}#${block}`, `/tides#${block}`],
    [`http://Notion.so/Tides-${short}/`, "/tides"],
    [`notion://www.notion.so/native/Tides-${short}?pvs=4#${block}`, `/tides#${block}`],
    [`https://www.notion.so/acme/${other}?v=1&p=${short}&pm=s`, "/tides"],
  ] as const) {
    assert.equal(hrefOf(text("here", href), pathOf), expected, href);
  }
});

test("what an author links to is found on the site, as the core's HTML has it", () => {
  const heading = { ...block("heading_2", { rich_text: [text("Ebb")] }), id: ID.replace("2", "4") };
  const document = {
    ...{ id: ID.replace("2", "3"), title: "Own", path: "/own", files: [] },
    blocks: [heading],
    toc: [{ id: heading.id, level: 2, text: "Ebb" }],
    links: [{ type: "page" as const, id: ID, title: "Tides", path: "/tides" }],
  };
  const context = { document };
  const [there, own, anchor] = [ID, document.id, heading.id].map((id) => id.replaceAll("-", ""));
  const url = `https://www.notion.so/Old-${there}`;
  for (const [from, to] of [
    [`${url}#${anchor}`, `/tides#${anchor}`],
    [`/${own}#${anchor}`, "#h-ebb"],
    [`/${own}`, "/own"],
    ["/about", "/about"],
    ["#h-ebb", "#h-ebb"],
    ["//evil.example", null],
    ["/\\evil.example", null],
    ["javascript:alert(1)", null],
  ] as const) {
    assert.equal(linkTo(from, context), to, from);
  }
  assert.equal(blockAnchorOf(heading, document), anchor);
  assert.equal(blockAnchorOf({ ...heading }, document), anchor);
  assert.deepEqual(
    [url, "https://example.com/"].map((it) => wordsFor(it, context)),
    ["Tides", "https://example.com/"],
  );
});

test("links to what the site does not show are no links", () => {
  const other = ID.replace("2", "3");
  for (const item of [
    text("", `/${other}`),
    text("", `https://www.notion.so/${other}`),
    mention("page", { id: other }),
  ]) {
    assert.equal(hrefOf(item, pathOf), null);
  }
});

test("links to elsewhere stay, as far as they do no harm", () => {
  const elsewhere = ["https://example.com/a?b#c", "mailto:a@example.com", "tel:+4712345678"];
  for (const url of [...elsewhere, `https://notnotion.so/${ID}`]) assert.equal(hrefOf(text("", url), pathOf), url);
  for (const url of ["javascript:alert(1)", " JavaScript:alert(1)", "data:text/html,x", "/relative", "//host", ""]) {
    assert.equal(hrefOf(text("", url), pathOf), null, url);
  }
  assert.equal(hrefOf(text(""), pathOf), null);
  assert.equal(hrefOf(mention("link_mention", { href: "https://example.com/" }), pathOf), "https://example.com/");
  assert.equal(hrefOf(mention("user", { id: ID }), pathOf), null);
});

test("formatting becomes elements, the link outside of all", () => {
  const plain = { bold: false, italic: false, strikethrough: false, underline: false, code: false, color: "default" };
  const item = (annotations: object) => ({ ...text("x"), annotations: { ...plain, ...annotations } }) as RichText;
  assert.deepEqual(tagsOf(item({}), null), []);
  const all = tagsOf(
    item({ bold: true, italic: true, strikethrough: true, underline: true, code: true, color: "red" }),
    "/x",
  );
  assert.deepEqual(
    all.map(({ name }) => name),
    ["a", "span", "strong", "em", "s", "u", "code"],
  );
  assert.deepEqual([all[0]?.attributes, all[1]?.attributes], [{ href: "/x" }, { class: "ne-red" }]);
});

test("HTML gets whole addresses of Notion's files, and what an author wrote stays", () => {
  const whole = (url: string) => `https://worker.example${new URL(url, "https://any").pathname}`;
  const html =
    '<img src="/v1/files/a.png" alt="src=&quot;/v1/files/b&quot;"><a href="/v1/files/c.pdf">/v1/files/d</a><a href="/tides">';
  const expected = html
    .replace('src="/v1', 'src="https://worker.example/v1')
    .replace('href="/v1', 'href="https://worker.example/v1');
  assert.equal(withFileUrls(html, whole), expected);
});

test("a file has its address, its name, and words for those who do not see it", () => {
  const stored = { type: "file", file: { url: "/v1/files/0123456789abcdef0123-float-gauge.svg" } } as FileObject;
  assert.equal(fileUrlOf(stored), "/v1/files/0123456789abcdef0123-float-gauge.svg");
  assert.equal(nameOf(stored), "float-gauge.svg");
  assert.equal(altOf(stored), "");
  assert.equal(labelOf(stored), "float-gauge.svg");
  assert.equal(labelOf({ ...stored, caption: [text(" A gauge ")] }), "A gauge");
  assert.equal(altOf({ ...stored, caption: [text("A gauge")] }), "A gauge");
  const external = (url: string): FileObject => ({ type: "external", external: { url }, name: "Plan" });
  assert.equal(nameOf(external("https://example.com/%zz?x#y")), "Plan");
  const unnamed = (url: string) => nameOf({ ...external(url), name: " " });
  assert.equal(unnamed("https://example.com/tide%20table.pdf?x"), "tide table.pdf");
  assert.deepEqual(["https://example.com/", "https://example.com/%zz"].map(unnamed), ["example.com", "%zz"]);
  assert.equal(fileUrlOf(external("javascript:alert(1)")), null);
  assert.equal(fileUrlOf({ type: "emoji", emoji: "🌊" }), null);
  assert.deepEqual(["https://www.example.com/a", "example"].map(hostOf), ["example.com", "example"]);
});
