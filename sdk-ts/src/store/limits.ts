/** How much one call may read. */
import { UnsupportedArgumentError } from "./errors.ts";

/** The most that one call reads. */
const MAX_LIMIT = 1000;

/** The word of a limit. */
export function checkLimit(limit: number, what = "limit"): string {
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT) return String(limit);
  throw new UnsupportedArgumentError(`${what} is not a number from 1 to ${MAX_LIMIT}`);
}

/** The word of an offset. */
export function checkOffset(offset: number): string {
  if (Number.isSafeInteger(offset) && offset >= 0) return String(offset);
  throw new UnsupportedArgumentError("offset is not a number from 0 on");
}
