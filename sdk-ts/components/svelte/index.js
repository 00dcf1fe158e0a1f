/** `notion-edge/svelte`: blocks as components of Svelte. */
export { default as Blocks } from "./Blocks.svelte";
export { default as Icon } from "./Icon.svelte";
export { default as RichText } from "./RichText.svelte";
