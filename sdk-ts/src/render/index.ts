/**
 * `notion-edge/render`: what every renderer of blocks needs, whatever it renders with.
 * It knows HTML and the class names of blocks.css, but neither a framework nor a site.
 */
export { classOf, colorClass, type Payload, payloadOf } from "./blocks.ts";
export { altOf, fileUrlOf, hostOf, nameOf } from "./files.ts";
export { groupLists, type List, type ListItem } from "./lists.ts";
export { hrefOf, plainText, safeUrl, type Tag, tagsOf } from "./rich-text.ts";
export { dateWords, relatedIds, words } from "./values.ts";
