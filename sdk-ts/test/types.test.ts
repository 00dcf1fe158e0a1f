/** What the compiler knows about documents. The claims are checked by `npm run check`; running them only counts them. */
import { test } from "node:test";
import type { Block, Client, Color, PageDocument, PageSummary, PlainValue, RichText, Status } from "../src/index.ts";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles only where the type is `true`. */
function is<T extends true>(..._: T[]) {}

test("a block's type tells its payload", () => {
  (block: Block) => {
    if (block.type === "to_do") is<Equal<typeof block.to_do.checked, boolean>>();
    if (block.type === "heading_2") is<Equal<typeof block.heading_2.rich_text, RichText[]>>();
    if (block.type === "image" && block.image.type === "external") is<Equal<typeof block.image.external.url, string>>();
    // @ts-expect-error a payload that belongs to another type
    if (block.type === "quote") return block.callout;
    // @ts-expect-error a type that does not exist
    return block.type === "paragraf";
  };
  is<Equal<Block["children"], Block[] | undefined>>();
});

test("every block has what Notion says of all", () => {
  is<Equal<Block["id"], string>>();
  is<Equal<Block["has_children"], boolean>>();
  is<Equal<Block["object"], "block">>();
});

test("rich text is told apart, and so are mentions", () => {
  (item: RichText) => {
    is<Equal<typeof item.annotations.color, Color>>();
    if (item.type === "mention" && item.mention.type === "date")
      is<Equal<typeof item.mention.date.end, string | null>>();
    // @ts-expect-error not every item is a run of text
    return item.text;
  };
});

test("a document and a summary share names and types", () => {
  is<Equal<PageDocument["values"], Record<string, PlainValue>>>();
  is<Equal<PageSummary["values"], PageDocument["values"]>>();
  is<Equal<PageDocument["object"], "page">>();
  is<Equal<PageDocument["unsupported_blocks"][number]["type"], string>>();
  is<Equal<Extract<PageDocument["links"][number], { type: "page" }>["path"], string | null>>();
  is<Equal<Status["counts"]["pages"], number>>();
});

test("a page may be missing, and the compiler says so", () => {
  async (client: Client) => {
    const page = await client.getPage("");
    // @ts-expect-error possibly null
    return page.title;
  };
  is<Equal<Awaited<ReturnType<Client["getPage"]>>, PageDocument | null>>();
  is<Equal<Awaited<ReturnType<Client["getStatus"]>>["pages"], number | undefined>>();
});
