/** What the components take, and what a component of a site's own gets. */
import type { Block } from "notion-edge";
import type { BlockProps as Props, RenderContext } from "notion-edge/render";
import type { Component, Snippet } from "svelte";

/** What the component gets that a site has for a block; `children` renders what lies in the block. */
export interface BlockProps<T extends Block["type"] = Block["type"]> extends Props<
  Extract<Block, { type: T }>,
  BlockComponents
> {
  children: Snippet;
}

/** Components of a site's own by the types of blocks. They stand for ours anywhere in the tree. */
export type BlockComponents = { [T in Block["type"]]?: Component<BlockProps<T>> };

/** What `Blocks` takes. */
export interface BlocksProps {
  blocks: readonly Block[];
  components?: BlockComponents | undefined;
  context?: RenderContext | undefined;
}

/** What our own components get. */
export type InnerProps<B extends Block> = Props<B, BlockComponents>;
