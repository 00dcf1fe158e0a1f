/** `notion-edge/svelte`: blocks as components of Svelte. */
import type { Icon as BlockIcon, RichText as TextItem } from "notion-edge";
import type { RenderContext } from "notion-edge/render";
import type { Component } from "svelte";
import type { BlocksProps } from "./types.js";

export type { BlockComponents, BlockProps, BlocksProps } from "./types.js";

/** Blocks, and all that lies in them. */
export declare const Blocks: Component<BlocksProps>;
/** The icon of a page or a callout. */
export declare const Icon: Component<{ icon: BlockIcon | null | undefined; context?: RenderContext }>;
/** Rich text, without an element around it. */
export declare const RichText: Component<{ items: TextItem[]; context?: RenderContext }>;
