/** Blocks in all forms that Notion's types allow, beyond one of each type: who hosts a file, what an icon is, what a mention looks like. */
import type { Block } from "../../src/index.ts";
import { block, text } from "./document.ts";

const PAGE = "22222222-2222-4222-8222-222222222222";
const PLAIN = text("").annotations;

const external = { type: "external", external: { url: "https://files.example/a%20b.bin?v=1" } };
const hosted = {
  type: "file",
  file: { url: "/v1/files/0123456789abcdef0123-a-b.bin", key: "0123456789abcdef0123-a-b.bin" },
};
const icons = [
  null,
  { type: "emoji", emoji: "🥑" },
  { ...external },
  { ...hosted },
  { type: "custom_emoji", custom_emoji: { id: PAGE, name: "kelp", url: "https://emoji.example/kelp.png" } },
  { type: "icon", icon: { name: "bell", color: "green" } },
];

const mentions = [
  { type: "user", user: { object: "user", id: PAGE } },
  { type: "user", user: { object: "user", id: PAGE, type: "bot", bot: {}, name: "Gull" } },
  { type: "page", page: { id: PAGE } },
  { type: "database", database: { id: PAGE } },
  { type: "date", date: { start: "2026-06-27", end: null, time_zone: null } },
  { type: "date", date: { start: "2026-06-27T09:00:00.000+02:00", end: "2026-06-28", time_zone: "Europe/Oslo" } },
  { type: "link_preview", link_preview: { url: "https://code.example/1" } },
  { type: "link_mention", link_mention: { href: "https://news.example/1", title: "News" } },
  { type: "link_mention", link_mention: { href: "https://news.example/2" } },
  { type: "template_mention", template_mention: { type: "template_mention_date", template_mention_date: "now" } },
  { type: "template_mention", template_mention: { type: "template_mention_user", template_mention_user: "me" } },
  { type: "custom_emoji", custom_emoji: { id: PAGE, name: "kelp", url: "https://emoji.example/kelp.png" } },
  { type: "custom_emoji", custom_emoji: { id: PAGE, name: "kelp" } },
];
const looks = [
  {},
  { bold: true },
  { italic: true },
  { strikethrough: true },
  { underline: true },
  { code: true },
  { color: "pink" },
  { color: "pink_background" },
  { color: "default_background" },
  { bold: true, italic: true, strikethrough: true, underline: true, code: true, color: "red" },
];

/** Every kind of item in every look: runs, linked and not, equations, mentions. */
const items = looks.flatMap((look) => {
  const annotations = { ...PLAIN, ...look };
  const run = { ...text("two\nlines"), annotations };
  return [
    { ...run, text: { content: "two\nlines", link: { url: "https://a.example" } }, href: "https://a.example" },
    { ...run, href: "javascript:alert(1)" },
    { ...text("x"), type: "equation", equation: { expression: "\\frac 1 2" }, annotations },
    run,
    ...mentions.map((mention) => ({ ...text("as Notion says it"), type: "mention", mention, annotations })),
  ];
});

/** Every kind of item once. */
const few = items.slice(0, 4 + mentions.length);

const times = { start_time: "2026-06-27T09:00:00.000Z", end_time: "2026-06-27T10:00:00.000Z" };
const meetings = [
  {},
  { title: few, status: "notes_ready", calendar_event: times, recording: times },
  { recording: times },
  { recording: { start_time: times.start_time } },
  { recording: { end_time: times.end_time } },
  { status: "transcription_not_started", children: {}, calendar_event: { ...times, attendees: [PAGE] } },
];

/** Each type with these payloads. */
const payloads: Record<string, object[]> = {
  paragraph: [...icons.map((icon) => ({ rich_text: [text("label")], color: "default", icon })), { rich_text: items }],
  callout: icons.map((icon) => ({ rich_text: [text("said")], color: "gray_background", icon })),
  quote: [{ rich_text: few, color: "blue" }],
  code: [
    { rich_text: few, caption: few, language: "plain text" },
    { rich_text: [], caption: [], language: "java/c/c++/c#" },
  ],
  table: [{ table_width: 1, has_column_header: false, has_row_header: true }],
  table_row: [{ cells: [few, []] }, { cells: [] }],
  link_to_page: [
    { type: "page_id", page_id: PAGE },
    { type: "database_id", database_id: PAGE },
    { type: "comment_id", comment_id: PAGE },
  ],
  bookmark: ["https://a.example/x?y=1", "javascript:alert(1)", ""].map((url) => ({ url, caption: few })),
  embed: ["https://a.example/x?y=1", "javascript:alert(1)"].map((url) => ({ url, caption: [] })),
  link_preview: [{ url: "https://a.example/x?y=1" }],
  meeting_notes: meetings,
  transcription: meetings,
  column: [{ width_ratio: 0.25 }, {}],
  synced_block: [{ synced_from: null }, { synced_from: { type: "block_id", block_id: PAGE } }],
  numbered_list_item: ["numbers", "letters", "roman"].map((list_format, index) => ({
    rich_text: [text("item")],
    color: "default",
    list_start_index: index + 3,
    list_format,
  })),
  unsupported: [{ block_type: "button" }, {}],
};
const files = [external, hosted].flatMap((file) => [
  { ...file, caption: few },
  { ...file, caption: [], name: "Kelp.pdf" },
]);
for (const type of ["image", "video", "audio", "pdf", "file"]) payloads[type] = files;

const inside = [block("paragraph", { rich_text: [text("inside")] })];

/** All of them, each with a block inside; rows of tables have none. */
export const variants: Block[] = Object.entries(payloads).flatMap(([type, all]) =>
  all.map((payload, index) => block(type, payload, type === "table_row" ? [] : inside, `${type} ${index}`)),
);
