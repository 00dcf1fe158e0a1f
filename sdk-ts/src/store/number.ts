/** What is added to a stored number, and the sum; the script tells integers by the absence of a point and an exponent. */
import { UnsupportedArgumentError } from "./errors.ts";
import { parse } from "./json.ts";
import type { Reply } from "./transport.ts";

/** The word of an amount. */
export function amountArg(amount: number | bigint): string {
  if (typeof amount === "bigint" && BigInt.asIntN(64, amount) === amount) return String(amount);
  if (typeof amount !== "number" || !Number.isFinite(amount)) {
    throw new UnsupportedArgumentError("amount is no finite number, or no integer of 64 bits");
  }
  return Number.isSafeInteger(amount) ? String(amount + 0) : amount.toExponential();
}

/** A JSON number that may be longer than any number type. */
export function readSum(reply: Reply): number | bigint {
  return parse(String(reply)) as number | bigint;
}
