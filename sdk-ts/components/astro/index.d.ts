/** `notion-edge/astro/components`: blocks as components of Astro. */
import type { Icon as BlockIcon, RichText as TextItem } from "notion-edge";
import type { RenderContext } from "notion-edge/render";
import type { AstroComponent, BlocksProps } from "./types.js";

export type { AstroComponent, BlockComponents, BlockProps, BlocksProps } from "./types.js";

/** Blocks, and all that lies in them. */
export declare const Blocks: AstroComponent<BlocksProps>;
/** The icon of a page or a callout. */
export declare const Icon: AstroComponent<{ icon: BlockIcon | null | undefined; context?: RenderContext }>;
/** Rich text, without an element around it. */
export declare const RichText: AstroComponent<{ items: TextItem[]; context?: RenderContext }>;
