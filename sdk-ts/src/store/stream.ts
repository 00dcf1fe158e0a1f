/** A stream of typed events, trimmed as it grows. The exporter's own events are one. */
import { UnsupportedArgumentError } from "./errors.ts";
import { scripts } from "./generated.ts";
import { parse, stringify } from "./json.ts";
import { checkText } from "./keys.ts";
import { checkLimit } from "./limits.ts";
import { type Order, checkOrder } from "./sorted-index.ts";
import { type Transport, perform, run } from "./transport.ts";

/** What happened. */
export interface NewEvent {
  /** When it happened, in milliseconds; now by default. */
  ts?: number | undefined;
  /** Such as `page.created`. */
  type: string;
  /** The run that did it. */
  runId?: string | undefined;
  /** The flow that the run is of. */
  flowName?: string | undefined;
  /** The step of the flow. */
  stepName?: string | undefined;
  /** That step in that run. */
  stepId?: string | undefined;
  /** Which attempt at the step, from 1. */
  attempt?: number | undefined;
  /** Whatever else there is to say, in JSON. */
  data?: unknown;
}

/** An event as it is stored. */
export interface StreamEvent extends NewEvent {
  /** `{milliseconds}-{number}`, when it was appended by Redis's clock. */
  id: string;
  /** When it was appended, where the event does not say when it happened. */
  ts: number;
}

/** Which part of a stream to read. */
export interface ReadEvents {
  /** The earliest event: an id, milliseconds or a date. Inclusive. */
  from?: string | number | Date | undefined;
  /** The latest event: an id, milliseconds or a date. Inclusive. */
  to?: string | number | Date | undefined;
  /** The cursor of the part before, or the id of the event to go on behind. */
  cursor?: string | undefined;
  /** 1 to 1,000; 100 by default. */
  limit?: number | undefined;
  /** `oldest` by default: the first event first. */
  order?: Order | undefined;
  /** Only events of these types. */
  types?: readonly string[] | undefined;
}

/** A part of a stream. */
export interface Events {
  events: StreamEvent[];
  /** Where to go on, even where there are no events: one call looks at 1,000 at most. Undefined at the end. */
  cursor: string | undefined;
  /**
   * Whether events between the cursor that was given and these may have been cut off before they were read: the event of
   * the cursor is gone. Never newest first.
   */
  missed: boolean;
}

/** Options of {@link Stream.append}. */
export interface AppendOptions {
  /** About how many events the stream keeps, 10,000 by default; it is cut in whole blocks, so a few more may stay. */
  length?: number | undefined;
}

/**
 * Events in the order in which they were appended.
 *
 * Every call is one round trip, and throws UnsupportedArgumentError for arguments that make no sense, WrongTypeError where
 * the key holds something else, RedisError where Redis refuses, NetworkError where it is not reached.
 */
export interface Stream {
  /** Appends an event and gives its id. One command. */
  append(event: NewEvent, options?: AppendOptions): Promise<string>;
  /** A part of the stream. One command; where types are given, up to eleven. */
  read(options?: ReadEvents): Promise<Events>;
  /** Removes events, and says how many there were. One command. */
  delete(...ids: string[]): Promise<number>;
}

const LENGTH = 10_000;

/** The place before all events. */
const FIRST = "0-0";
const TEXTS = ["runId", "flowName", "stepName", "stepId"] as const;

/** The stream under a key. */
export function createStream(transport: Transport, key: string, now: () => number): Stream {
  const subject = `stream "${key}"`;
  return {
    async append(event, { length = LENGTH } = {}) {
      if (!(Number.isSafeInteger(length) && length > 0))
        throw new UnsupportedArgumentError("length is no number from 1 on");
      const words = ["XADD", key, "MAXLEN", "~", String(length), "*", ...fieldsOf(event, now())];
      return String(await perform(transport, subject, words, key));
    },
    async read({ from, to, cursor, limit = 100, order = "oldest", types = [] } = {}) {
      const ends = [from === undefined ? "-" : place(from), to === undefined ? "+" : place(to)];
      if (checkOrder(order) === "newest") ends.reverse();
      if (cursor !== undefined) ends[0] = `(${place(cursor)}`;
      checkLimit(limit);
      if (!Array.isArray(types)) throw new UnsupportedArgumentError("types is no list");
      if (types.length > 0) {
        const args = [order, ...ends, String(limit), ...types];
        const reply = await run(transport, subject, scripts.streamRead, [key], args);
        const [next, found, missed] = reply as [string, never[], number];
        return { events: found.map(eventOf), cursor: next === "" ? undefined : next, missed: missed === 1 };
      }
      const after = cursor !== undefined && order === "oldest" ? wholeId(place(cursor)) : undefined;
      // One more, and that of the cursor first, tells whether it is still there.
      if (after !== undefined) ends[0] = after;
      const count = String(after === undefined ? limit : limit + 1);
      const words = [order === "newest" ? "XREVRANGE" : "XRANGE", key, ...ends, "COUNT", count];
      const found = ((await perform(transport, subject, words, key)) as [string, string[]][]).map(eventOf);
      const isThere = after !== undefined && found[0]?.id === after;
      const events = isThere ? found.slice(1) : found.slice(0, limit);
      const missed = after !== undefined && after !== FIRST && !isThere && found.length > 0;
      return { events, cursor: events.length === limit ? events.at(-1)?.id : undefined, missed };
    },
    async delete(...ids) {
      if (ids.length === 0) throw new UnsupportedArgumentError("there are no ids to delete");
      return Number(await perform(transport, subject, ["XDEL", key, ...ids.map(place)], key));
    },
  };
}

function fieldsOf(event: NewEvent, now: number): string[] {
  const { ts = now, type, attempt, data } = event;
  if (!Number.isSafeInteger(ts)) throw new UnsupportedArgumentError("ts is no number of milliseconds");
  const fields = ["ts", String(ts), "type", checkText(type, "type")];
  for (const name of TEXTS) {
    const text = event[name];
    if (text !== undefined) fields.push(name, checkText(text, name));
  }
  if (attempt !== undefined) fields.push("attempt", checkAttempt(attempt));
  if (data !== undefined) fields.push("data", stringify(data, "data"));
  return fields;
}

function checkAttempt(attempt: number): string {
  if (isAttempt(attempt)) return String(attempt);
  throw new UnsupportedArgumentError("attempt is no whole number");
}

function isAttempt(attempt: number): boolean {
  return Number.isInteger(attempt) && attempt >= 0 && attempt < 2 ** 32;
}

function isWhole(text: string): boolean {
  return /^-?\d+$/.test(text) && Number.isSafeInteger(Number(text));
}

function dataOf(text: string): { data?: unknown } {
  try {
    return { data: parse(text) };
  } catch {
    return {};
  }
}

function eventOf([id, words]: [string, string[]]): StreamEvent {
  const event: Record<string, unknown> & { id: string } = { id };
  for (let at = 1; at < words.length; at += 2) {
    const [name = "", value = ""] = [words[at - 1], words[at]];
    // What another program wrote there is left out rather than let it hide the events around it.
    if (name === "ts" && isWhole(value)) event.ts = Number(value);
    else if (name === "attempt" && isWhole(value) && isAttempt(Number(value))) event.attempt = Number(value);
    else if (name === "data") Object.assign(event, dataOf(value));
    else if (name === "type" || TEXTS.some((text) => text === name)) event[name] = value;
  }
  event.ts ??= Number(id.split("-", 1)[0]);
  return event as unknown as StreamEvent;
}

/** The id that a place stands for where it begins a range. */
function wholeId(place: string): string {
  return place.includes("-") ? place : `${place}-0`;
}

/** An id, or the first one of a millisecond. */
function place(at: string | number | Date): string {
  const text = String(at instanceof Date ? at.getTime() : at);
  const isId = /^\d{1,20}(-\d{1,20})?$/.test(text);
  if (isId && text.split("-").every((part) => BigInt(part) < 2n ** 64n)) return text;
  throw new UnsupportedArgumentError(`"${text}" is neither an event's id nor a time`);
}
