/** When something goes away by itself. */
import { UnsupportedArgumentError } from "./errors.ts";

/** Seconds from now, or the instant itself. */
export type Ttl = number | Date;

/** The latest instant that dates know, in milliseconds. */
const LATEST = 8.64e15;

/**
 * As Redis wants it: a span is measured by Redis's clock, which need not agree with ours.
 *
 * Throws as {@link instant} does.
 */
export function expiryOf(ttl: Ttl, now: number): { isSpan: boolean; millis: string } {
  const isSpan = typeof ttl === "number";
  return { isSpan, millis: String(instant(ttl, now) - (isSpan ? now : 0)) };
}

/** The instant in milliseconds; throws UnsupportedArgumentError for one that is not in the future. */
export function instant(ttl: Ttl, now: number): number {
  if (typeof ttl !== "number" && !(ttl instanceof Date)) {
    throw new UnsupportedArgumentError("ttl is neither a number of seconds nor a date");
  }
  const at = typeof ttl === "number" ? now + Math.ceil(ttl * 1000) : ttl.getTime();
  if (at > now && at <= LATEST) return at;
  throw new UnsupportedArgumentError("ttl is not in the future, or later than any date");
}
