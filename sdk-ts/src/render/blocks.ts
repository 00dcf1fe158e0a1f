/**
 * What all blocks have in common for a renderer.
 */
import type { Block, Color, MeetingNotes } from "../generated.ts";

/** What a block says under the name of its type. */
export type Payload<B extends Block> = B extends { type: infer T extends keyof B } ? B[T] : never;

/** `block.heading_2` of a heading 2, `block.image` of an image: the payload of a block of several possible types. */
export function payloadOf<B extends Block>(block: B): Payload<B> {
  return (block as B & Record<string, unknown>)[block.type] as Payload<B>;
}

/** The classes by which blocks.css knows what the core's HTML is made of; of blocks that have one of their own. */
const CLASSES: Partial<Record<Block["type"], string>> = {
  heading_1: "ne-heading ne-heading-1",
  heading_2: "ne-heading ne-heading-2",
  heading_3: "ne-heading ne-heading-3",
  heading_4: "ne-heading ne-heading-4",
  column_list: "ne-columns",
  meeting_notes: "ne-meeting",
  synced_block: "ne-synced",
  tab: "ne-tabs",
  table_of_contents: "ne-toc",
  transcription: "ne-meeting",
};

/** The classes by which blocks.css knows a block: that of its type, and its colour where it has one. */
export function classOf(type: Block["type"], color: Color = "default"): string {
  const own = CLASSES[type] ?? `ne-${type.replaceAll("_", "-")}`;
  return [own, colorClass(color)].filter(Boolean).join(" ");
}

/** The class by which blocks.css knows a colour; nothing for that of everything around it. */
export function colorClass(color: Color): string | undefined {
  return !/^[a-z_]+$/.test(color) || color === "default" || color === "default_background"
    ? undefined
    : `ne-${color.replaceAll("_", "-")}`;
}

const LANGUAGES: Record<string, string> = { "c++": "cpp", "c#": "csharp", "f#": "fsharp", "plain text": "plaintext" };

/** A language of Notion's as highlighters call it, in characters that a class may have. */
export function languageName(language: string): string {
  const name = language.toLowerCase();
  return LANGUAGES[name] ?? name.slice(0, 64).replaceAll(/[^a-z0-9\-_+.]/g, "-");
}

/** Types of blocks that are something without saying anything. */
const SILENT: ReadonlySet<string> = new Set<Block["type"]>([
  "breadcrumb",
  "column",
  "column_list",
  "divider",
  "synced_block",
  "tab",
  "table_of_contents",
  "unsupported",
]);

/**
 * Whether a block is of a type that says something, and says nothing: there is nothing to be shown of it.
 * A link to a comment is none that anybody could follow.
 */
export function isHollow(block: { type: string }): boolean {
  if (SILENT.has(block.type)) return false;
  const payload = (block as Record<string, unknown>)[block.type];
  if (typeof payload !== "object" || payload === null) return true;
  return block.type === "link_to_page" && !("page_id" in payload || "database_id" in payload);
}

/** What a block is that cannot be shown: its name in Notion, where that is told and has only characters of such names. */
export function missingType(block: {
  type: string;
  unsupported?: { block_type?: string } | undefined;
}): string | undefined {
  const name = block.type === "unsupported" ? block.unsupported?.block_type : block.type;
  return name !== undefined && /^[\w-]{1,64}$/.test(name) ? name : undefined;
}

/** When a meeting was planned or, where nobody planned it, recorded: its beginning and, where known, its end. */
export function meetingTimes({ calendar_event, recording }: MeetingNotes): { start?: string; end: string | null } {
  const event = [calendar_event, recording].find((it) => it?.start_time);
  return event?.start_time ? { start: event.start_time, end: event.end_time ?? null } : { end: null };
}

/** Types of blocks that have no place for others, although they may have some: those are written behind them. */
const LEAVES: ReadonlySet<string> = new Set<Block["type"]>([
  "audio",
  "bookmark",
  "breadcrumb",
  "child_database",
  "child_page",
  "code",
  "divider",
  "embed",
  "equation",
  "file",
  "image",
  "link_preview",
  "link_to_page",
  "pdf",
  "table_of_contents",
  "video",
]);

/** The blocks that are to be written behind a block, because it has no place for them. */
export function childrenBehind(block: { type: string; children?: Block[] | undefined }): Block[] {
  return LEAVES.has(block.type) && !isHollow(block) ? (block.children ?? []) : [];
}
