/**
 * What all blocks have in common for a renderer.
 */
import type { Block, Color } from "../generated.ts";

/** What a block says under the name of its type. */
export type Payload<B extends Block> = B extends { type: infer T extends keyof B } ? B[T] : never;

/** `block.heading_2` of a heading 2, `block.image` of an image: the payload of a block of several possible types. */
export function payloadOf<B extends Block>(block: B): Payload<B> {
  return (block as B & Record<string, unknown>)[block.type] as Payload<B>;
}

/** The classes by which blocks.css knows a block: its type, and its colour where it has one. */
export function classOf(type: Block["type"], color: Color = "default"): string {
  return isPlain(color) ? `notion-${type}` : `notion-${type} ${colorClass(color)}`;
}

/** Whether a colour is that of everything around it. */
export function isPlain(color: Color): boolean {
  return color === "default" || color === "default_background";
}

/** The class by which colors.css knows a colour. */
export function colorClass(color: Color): string {
  return `notion-color-${color}`;
}
