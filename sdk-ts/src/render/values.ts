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
 * `12 October 2026`, or from when to when: on one day that day is told once.
 *
 * @param start a day, or an instant; an instant is told in the zone that it is written in
 */
export function dateWords(start: string, end: string | null = null, lang?: string): string {
  return spanWords(start, end, lang).join(BETWEEN);
}

/** What stands between the beginning of a span of time and its end. */
export const BETWEEN = " – ";

/** A beginning in words, and where there is another one an end. */
export function spanWords(start: string, end: string | null | undefined, lang?: string): string[] {
  const from = dateWord(start, lang);
  if (!end || dateWord(end, lang) === from) return [from];
  const style = isSameDay(start, end) ? ({ timeStyle: "short" } as const) : undefined;
  return [from, dateWord(end, lang, style)];
}

/** The same as the core says it, who knows no language: `2026-03-02 09:00`, `10:00`. */
export function spanInDigits(start: string, end: string | null | undefined): string[] {
  const [from, until] = [start, end ?? start].map(toTheMinute) as [string, string];
  if (until === from) return [from];
  return [from, isSameDay(start, end ?? start) ? until.replace(/^.* /, "") : until];
}

const TIME = /^[\d\-T:+.Z]{10,}$/;

/** Of instants, not of days. */
function isSameDay(start: string, end: string): boolean {
  const [from, until] = [start, end].map((iso) => (TIME.test(iso) ? /^(.*?)T/.exec(iso)?.[1] : undefined));
  return from !== undefined && from === until;
}

function toTheMinute(text: string): string {
  return text.length >= 16 && TIME.test(text) ? text.slice(0, 16).replace("T", " ") : text;
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

function dateWord(iso: string, lang?: string, style: Intl.DateTimeFormatOptions = styleOf(iso)): string {
  const zone = /[+-]\d\d:\d\d$/.exec(iso)?.[0] ?? "UTC";
  return new Intl.DateTimeFormat(lang, { ...style, timeZone: zone }).format(new Date(iso));
}

function styleOf(iso: string): Intl.DateTimeFormatOptions {
  return iso.includes("T") ? { dateStyle: "long", timeStyle: "short" } : { dateStyle: "long" };
}
