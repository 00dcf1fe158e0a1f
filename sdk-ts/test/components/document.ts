/** The page of all types of blocks that the core's own tests render, and what a document around it says. */
import { readFileSync } from "node:fs";
import type { Block, PageDocument } from "../../src/index.ts";
import type { RenderContext } from "../../src/render/index.ts";

const HOME = "11111111-1111-4111-8111-111111111111";
const TEAM = "22222222-2222-4222-8222-222222222222";
const DATABASE = "33333333-3333-4333-8333-333333333333";

const folder = new URL("../../../src/core/tests/render/", import.meta.url);

/** Blocks of all types. */
export const blocks = JSON.parse(readFileSync(new URL("page.json", folder), "utf8")) as Block[];

/** What the core makes of them. */
export const html = readFileSync(new URL("page.html", folder), "utf8").replaceAll(">\n<", "><");

/** The document as far as the components read it. */
export const document: NonNullable<RenderContext["document"]> = {
  id: "55555555-5555-4555-8555-555555555555",
  title: "This <page>",
  path: "/this",
  blocks,
  links: [
    { type: "page", id: HOME, title: "Home", path: "/home" },
    { type: "page", id: TEAM, title: "Team", path: "/team" },
    { type: "database", id: DATABASE, title: "Things" },
  ],
  files: [],
  toc: ["Intro", "Intro", "Folded", "🎉", "Intro 2", "", " "].map((text, index) => ({
    id: `${index}`,
    level: [1, 2, 3, 4, 2, 2, 3][index] ?? 1,
    text,
  })),
};

/** What a site that shows this document hands to the components. */
export const context: RenderContext = { document, ancestors: [{ id: HOME, title: "Home", path: "/home" }] };

/** A text without any formatting. */
export const text = (content: string) => ({
  type: "text" as const,
  text: { content, link: null },
  plain_text: content,
  href: null,
  annotations: {
    bold: false,
    italic: false,
    strikethrough: false,
    underline: false,
    code: false,
    color: "default" as const,
  },
});

/** A block of any type, with what lies in it. */
export function block(type: string, payload: object, children: Block[] = [], id = type): Block {
  return { object: "block", id, type, [type]: payload, children } as unknown as Block;
}

/** A document of these blocks, which links to nothing. */
export function documentOf(blocks: Block[], files: PageDocument["files"] = []): typeof document {
  return { ...document, blocks, files, links: [], toc: [] };
}
