/**
 * What blocks do not say themselves: the document around them, and what the site adds to it.
 * Whether a page can be linked to is what the document says, unless the site shows fewer pages than it has.
 */
import type { Block, FileObject, FileReference, PageDocument } from "../generated.ts";

/** A page by what a link to it needs; a summary and an item of a tree are ones. */
export interface Target {
  id: string;
  title: string | null;
  path: string | null;
}

/** What a renderer knows beside the blocks. All of it may be missing: then links inside of Notion lead nowhere. */
export interface RenderContext {
  /** The document that the blocks are of: titles and paths of what it links to, sizes of pictures, headings. */
  document?: Pick<PageDocument, "id" | "title" | "path" | "blocks" | "links" | "files" | "toc"> | undefined;
  /** The pages above, from the root down, for blocks of type `breadcrumb`: a document has only their ids. */
  ancestors?: readonly Target[] | undefined;
  /** Whether the site shows a page, by its id; every page without it. Of others not even the title is told. */
  isShown?: ((id: string) => boolean) | undefined;
  /** The address of a file, as `client.fileUrl` gives it; as it stands in the document without it. */
  fileUrl?: ((url: string) => string) | undefined;
  /** A language tag, for dates in words; without it they are as Notion writes them. */
  lang?: string | undefined;
  /** Highlighted code by the ids of its blocks, of `notion-edge/shiki`. It is written as HTML. */
  code?: Readonly<Record<string, string>> | undefined;
  /** MathML by its source, of `notion-edge/katex`. It is written as HTML. */
  equations?: Equations | undefined;
}

/** MathML by its TeX. */
export interface Equations {
  block: Readonly<Record<string, string>>;
  inline: Readonly<Record<string, string>>;
}

/** What a component gets that stands for a block of type `B`; what it hands on to `Blocks` reaches all below. */
export interface BlockProps<B extends Block, C> {
  block: B;
  components: C;
  context: RenderContext;
}

const UNTITLED = "Untitled";

interface Known {
  targets: Map<string, Target & { isDatabase: boolean }>;
  files: Map<string, FileReference>;
  /** The first block of each type, by its id. */
  first: Map<string, string>;
}

/** Documents do not change, and have many blocks that ask. */
const known = new WeakMap<object, Known>();

/** Where a page or a database is on the site, or null. */
export function pathOf(id: string, context: RenderContext): string | null {
  return isHidden(id, context) ? null : (targetOf(id, context)?.path ?? null);
}

/** What a page or a database is called: as it is known to be, otherwise as Notion says at this place. */
export function titleOf(id: string, told: string, context: RenderContext): string {
  return (!isHidden(id, context) && (targetOf(id, context)?.title || told)) || UNTITLED;
}

/** Whether the site keeps a page to itself; what is no page is not asked for. */
export function isHidden(id: string, context: RenderContext): boolean {
  if (context.isShown === undefined) return false;
  const target = context.document && knownOf(context.document).targets.get(id);
  return target?.isDatabase !== true && !context.isShown(id);
}

/** What the document knows of a file that is hosted with the site. */
export function knownFile(file: FileObject, { document }: RenderContext): FileReference | undefined {
  const key = file.type === "file" ? file.file.key : undefined;
  return key === undefined || !document ? undefined : knownOf(document).files.get(key);
}

/** Width and height of a picture that is hosted with the site, in pixels, where they are known. */
export function sizeOf(
  file: FileObject,
  context: RenderContext,
): { width: number; height: number } | Record<string, never> {
  const { width, height } = knownFile(file, context) ?? {};
  return typeof width === "number" && typeof height === "number" ? { width, height } : {};
}

/** Whether a block is the first picture of the document, which is likely to be seen at once. */
export function isFirstImage({ id }: Block, { document }: RenderContext): boolean {
  return document !== undefined && knownOf(document).first.get("image") === id;
}

/** Whether the document has a block of the same type before this one: of landmarks a page has one of a name. */
export function isRepeated({ id, type }: Block, { document }: RenderContext): boolean {
  const first = document && knownOf(document).first.get(type);
  return first !== undefined && first !== id;
}

/** The MathML of an equation; undefined where the context has none. */
export function mathOf(tex: string, display: keyof Equations, { equations }: RenderContext): string | undefined {
  // Somebody may write `constructor`.
  return equations !== undefined && Object.hasOwn(equations[display], tex) ? equations[display][tex] : undefined;
}

/** The component of the site's own for a block, where there is one. */
export function replacementOf<C>(block: { type: string }, components: Readonly<Record<string, C>>): C | undefined {
  return Object.hasOwn(components, block.type) ? components[block.type] : undefined;
}

function targetOf(id: string, { document, ancestors = [] }: RenderContext): Target | undefined {
  if (document?.id === id) return document;
  return ancestors.find((it) => it.id === id) ?? (document && knownOf(document).targets.get(id));
}

function knownOf(document: NonNullable<RenderContext["document"]>): Known {
  const before = known.get(document);
  if (before !== undefined) return before;
  const now: Known = { targets: new Map(), files: new Map(), first: new Map() };
  noteFirst(document.blocks, now.first);
  for (const link of document.links) {
    if (link.type === "page") now.targets.set(link.id, { ...link, isDatabase: false });
    if (link.type === "database") now.targets.set(link.id, { ...link, path: null, isDatabase: true });
  }
  for (const file of document.files) now.files.set(file.key, file);
  known.set(document, now);
  return now;
}

function noteFirst(blocks: readonly Block[], first: Map<string, string>): void {
  for (const { id, type, children = [] } of blocks) {
    if (!first.has(type)) first.set(type, id);
    noteFirst(children, first);
  }
}
