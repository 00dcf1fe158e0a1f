/**
 * What stands where something is mentioned, as the core's HTML has it.
 */
import type { DateRange, MentionRichText } from "../generated.ts";
import { pathOf, type RenderContext, titleOf } from "./context.ts";
import { linkTo, safeUrl } from "./rich-text.ts";
import { spanInDigits, spanWords } from "./values.ts";

/** An instant or a day: for machines, where they can read it, and for people. */
export interface TimeWords {
  datetime: string;
  text: string;
  /** The name of the time zone, where `datetime` has none of its own. */
  timeZone?: string | undefined;
}

/** A link, or only its text where `href` is null; an emoji of the workspace; or a date. */
export type MentionView =
  | { type: "link"; class: string; href: string | null; text: string }
  | { type: "emoji"; src: string; alt: string }
  | { type: "date"; times: TimeWords[] };

/** What stands for a mention. */
export function mentionOf({ mention, plain_text }: MentionRichText, context: RenderContext): MentionView {
  const link = (href: string | null, text = plain_text, css = "ne-mention") =>
    ({ type: "link", class: css, href, text }) as const;
  switch (mention?.type) {
    case "page":
    case "database": {
      const { id } = mention.type === "page" ? mention.page : mention.database;
      // What a database is called is not for the site to hide: it shows pages.
      const within = mention.type === "page" ? context : { ...context, isShown: undefined };
      return link(pathOf(id, within), titleOf(id, plain_text, within), "ne-mention ne-page");
    }
    case "date":
      return { type: "date", times: timesOf(mention.date, context) };
    case "link_preview":
      return link(linkTo(mention.link_preview.url, context), plain_text || mention.link_preview.url);
    case "link_mention": {
      const { href, title } = mention.link_mention;
      return link(linkTo(href, context), title?.trim() ? title : plain_text || href);
    }
    case "custom_emoji": {
      const { url } = mention.custom_emoji;
      const src = url?.startsWith("/") ? url : safeUrl(url ?? "");
      return src === null ? link(null) : { type: "emoji", src: context.fileUrl?.(src) ?? src, alt: plain_text };
    }
    default:
      return link(null);
  }
}

/** From when to when, as people read it: in words where the language is known, otherwise to the minute as the core says it. */
export function timesOf({ start, end, time_zone }: Partial<DateRange>, { lang }: RenderContext): TimeWords[] {
  if (start === undefined) return [];
  const words = lang === undefined ? spanInDigits(start, end) : spanWords(start, end, lang);
  return words.map((text, index) => ({
    datetime: index === 0 ? start : (end ?? start),
    timeZone: time_zone ?? undefined,
    text,
  }));
}
