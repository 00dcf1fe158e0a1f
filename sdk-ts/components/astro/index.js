/** `notion-edge/astro/components`: blocks as components of Astro. */
export { default as Blocks } from "./Blocks.astro";
export { default as Icon } from "./Icon.astro";
export { default as RichText } from "./RichText.astro";
