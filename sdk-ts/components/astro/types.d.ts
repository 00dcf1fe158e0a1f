/** What the components take, and what a component of a site's own gets. */
import type { Block } from "notion-edge";
import type { BlockProps as Props, RenderContext } from "notion-edge/render";

/** What the component gets that a site has for a block; what lies in the block is its default slot. */
export type BlockProps<T extends Block["type"] = Block["type"]> = Props<Extract<Block, { type: T }>, BlockComponents>;

/** A component of Astro's. */
export type AstroComponent<P> = (props: P) => unknown;

/** Components of a site's own by the types of blocks. They stand for ours anywhere in the tree. */
export type BlockComponents = { [T in Block["type"]]?: AstroComponent<BlockProps<T>> };

/** What `Blocks` takes. */
export interface BlocksProps {
  blocks: readonly Block[];
  components?: BlockComponents | undefined;
  context?: RenderContext | undefined;
}

/** What our own components get, as those of a site do. */
export type InnerProps<B extends Block> = Props<B, BlockComponents>;
