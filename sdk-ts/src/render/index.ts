/**
 * `notion-edge/render`: what every renderer of blocks needs, whatever it renders with.
 * It knows HTML and the class names of blocks.css, but neither a framework nor a site.
 */
export {
  childrenBehind,
  classOf,
  colorClass,
  isHollow,
  languageName,
  meetingTimes,
  missingType,
  type Payload,
  payloadOf,
} from "./blocks.ts";
export {
  type BlockProps,
  type Equations,
  isFirstImage,
  isRepeated,
  mathOf,
  pathOf,
  type RenderContext,
  replacementOf,
  sizeOf,
  type Target,
  titleOf,
} from "./context.ts";
export { addressOf, altOf, fileUrlOf, hostOf, isPlayed, labelOf, nameOf, withFileUrls } from "./files.ts";
export { anchorOf, blockAnchorOf, CONTENTS_ANCHOR, type Heading, headingsOf } from "./headings.ts";
export { linkedAnchorOf } from "./linked.ts";
export { groupLists, type List, type ListItem } from "./lists.ts";
export { mentionOf, type MentionView, timesOf, type TimeWords } from "./mention.ts";
export {
  hrefOf,
  isBlank,
  linkTo,
  plainText,
  safeUrl,
  type Tag,
  tagsOf,
  textOf,
  type TextRun,
  textRuns,
  wordsFor,
} from "./rich-text.ts";
export { BETWEEN, dateWords, relatedIds, words } from "./values.ts";
