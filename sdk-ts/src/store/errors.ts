/**
 * What can go wrong in the store, one class for each cause that a caller may act on differently.
 * What is missing is none of them where a value is asked for: it is `undefined`.
 * Bad input is found before anything is sent, and no message repeats a stored value.
 */
import { NetworkError, NotionEdgeError } from "../errors.ts";

/** The arguments cannot be worked with; nothing was sent. */
export class UnsupportedArgumentError extends NotionEdgeError {
  override readonly name = "UnsupportedArgumentError";
}

/** The key holds something else than the operation works on; nothing was changed. */
export class WrongTypeError extends NotionEdgeError {
  override readonly name = "WrongTypeError";
}

/** What was to be added to is no number, or the sum would be none; nothing was changed. */
export class NotANumberError extends NotionEdgeError {
  override readonly name = "NotANumberError";
}

/** Others changed it again and again between reading and writing; nothing was changed. */
export class ConflictError extends NotionEdgeError {
  override readonly name = "ConflictError";
}

/** No record has that id, or those values. */
export class UnknownRecordError extends NotionEdgeError {
  override readonly name = "UnknownRecordError";
}

/** A record with that id, or with the same values in a unique index, is there; nothing was changed. */
export class RecordExists extends NotionEdgeError {
  override readonly name = "RecordExists";
}

/** What stands under a record's key, or was given as a record, is none: no object, or not what the schema asks for. */
export class MisshapedRecord extends NotionEdgeError {
  override readonly name = "MisshapedRecord";
  /** What the schema says against it. */
  readonly issues: readonly string[];

  constructor(message: string, issues: readonly string[] = []) {
    super(message);
    this.issues = issues;
  }
}

/** Redis understood and refuses. */
export class RedisError extends NotionEdgeError {
  override readonly name = "RedisError";
  /** The first word of what Redis said, such as `NOPERM`. */
  readonly code: string;

  constructor(message: string, code: string) {
    super(message);
    this.code = code;
  }
}

/** What INCRBY and its kin refuse, Redis names in words only. */
const NO_NUMBER = /not an integer|not a valid float|not a float|would overflow|NaN or Infinity/;

/** What the gateway says where Redis says nothing: each tells whether something may have run. */
const SAID_BY_GATEWAY =
  /^ERR (redis is away:|the connection to redis ended|no reply from redis within|redis gave a reply that can not)/;

/** What to do about what Redis says in its own words. */
const REMEDIES: Record<string, string> = {
  CROSSSLOT: " (set `hashTag`, so that these keys share a slot of the cluster)",
  MOVED: " (this is one node of a cluster: give the store a client of the cluster)",
};

/**
 * What a client threw, as one of the errors above, or as a NetworkError where it is not Redis that spoke.
 * @param subject what the operation was about
 */
export function storeError(thrown: unknown, subject: string): NotionEdgeError {
  if (thrown instanceof NotionEdgeError) return thrown;
  const said = saidByRedis(thrown);
  if (said === undefined) {
    return new NetworkError(`${subject}: ${errorLine(thrown) ?? "redis could not be reached"}`, { cause: thrown });
  }
  if (said.includes("WRONGTYPE")) return new WrongTypeError(`${subject}: another type of value stands there`);
  if (NO_NUMBER.test(said)) return new NotANumberError(`${subject}: no number that this can be added to`);
  const code = said.split(" ", 1)[0] ?? "ERR";
  return new RedisError(`${subject}: ${said}${REMEDIES[code] ?? ""}`, code);
}

/** Whether Redis wants the text of the script. */
export function isNoScript(thrown: unknown): boolean {
  return saidByRedis(thrown)?.includes("NOSCRIPT") ?? false;
}

/** Redis's own error line; @upstash/redis puts the whole command behind it, values included. */
export function saidByRedis(thrown: unknown): string | undefined {
  const line = errorLine(thrown);
  return line !== undefined && !SAID_BY_GATEWAY.test(line) ? line : undefined;
}

/** An error line of Redis, or of the gateway in its place. */
function errorLine(thrown: unknown): string | undefined {
  const message = thrown instanceof Error ? thrown.message.split(", command was:", 1)[0] : undefined;
  return message !== undefined && /^[A-Z][A-Z0-9]+ /.test(message) ? message : undefined;
}
