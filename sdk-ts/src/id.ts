/**
 * Page ids in the two forms that people have at hand: with hyphens, and without, as in Notion's addresses.
 */
import { BadRequestError } from "./errors.ts";

const ID = /^([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})$/i;

/** Whether the text is an id: 32 hexadecimal digits, with or without hyphens. */
export function isPageId(text: string): boolean {
  return ID.test(text);
}

/** The one form that goes into addresses, so that a cache holds each page once. */
export function parseId(text: string, what: string): string {
  const groups = ID.exec(text)?.slice(1);
  if (groups !== undefined) return groups.join("-").toLowerCase();
  throw new BadRequestError(
    `${what} is ${JSON.stringify(text)}, which is not an id: pass 32 hexadecimal digits, with or without hyphens`,
  );
}
