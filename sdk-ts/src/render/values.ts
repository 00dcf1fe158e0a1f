/**
 * Plain property values in words.
 */
import type { PlainValue } from "../generated.ts";

/**
 * What a person reads, one text for each thing: titles, names, days, numbers.
 *
 * Nothing for what is empty, and for a checkbox: what it says depends on its name.
 * @param lang a language tag, for dates and numbers
 */
export function words(value: PlainValue | undefined, lang?: string): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => words(item, lang));
  const text = wordOf(value, lang);
  return text === null || text === "" ? [] : [text];
}

/**
 * `12 October 2026`, or from when to when.
 *
 * @param start a day, or an instant; an instant is told in the zone that it is written in
 */
export function dateWords(start: string, end: string | null = null, lang?: string): string {
  return end === null ? dateWord(start, lang) : `${dateWord(start, lang)} – ${dateWord(end, lang)}`;
}

/** The ids of the pages that a relation names. */
export function relatedIds(value: PlainValue | undefined): string[] {
  if (Array.isArray(value)) return value.flatMap(relatedIds);
  return typeof value === "object" && value !== null && "path" in value ? [value.id] : [];
}

function wordOf(value: Exclude<PlainValue, PlainValue[]> | undefined, lang?: string): string | null {
  if (value === undefined || value === null || typeof value === "boolean") return null;
  // Only the schema knows whether a number is an amount: years take no separators.
  if (typeof value === "number") return value.toLocaleString(lang, { useGrouping: false, maximumFractionDigits: 20 });
  if (typeof value === "string") return value;
  if ("start" in value) return dateWords(value.start, value.end, lang);
  if ("title" in value) return value.title;
  if ("address" in value) return value.name ?? value.address;
  return value.name;
}

function dateWord(iso: string, lang?: string): string {
  const zone = /[+-]\d\d:\d\d$/.exec(iso)?.[0] ?? "UTC";
  const style = iso.includes("T")
    ? ({ dateStyle: "long", timeStyle: "short" } as const)
    : ({ dateStyle: "long" } as const);
  return new Intl.DateTimeFormat(lang, { ...style, timeZone: zone }).format(new Date(iso));
}
