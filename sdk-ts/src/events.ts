/**
 * Events as they happen: server-sent events of `/v1/events`, resumed after the last one that was given, whatever breaks in between.
 * Over Redis there is no stream, and the same is asked for again and again.
 */
import {
  NetworkError,
  UnexpectedAnswerError,
  isNetworkError,
  isNotionEdgeError,
  isTimeoutError,
  isUnavailableError,
} from "./errors.ts";
import type { ContentEvent, EventList, PageEvent } from "./generated.ts";
import { open } from "./request.ts";
import { pause } from "./retry.ts";
import type { Settings } from "./settings.ts";

/**
 * What {@link Client.subscribe} gives: an event, or word that some are missed, because the stream keeps some 10,000, or because the
 * store is another one than that of the last event: emptied, restored or replaced.
 */
export type Told = ContentEvent | MissedEvents;

/** Events that happened meanwhile are lost: read again whatever you keep of pages. */
export interface MissedEvents {
  type: "missed";
}

/** Whether it is about a page. */
export function isPageEvent(told: Told): told is PageEvent {
  return told.type.startsWith("page.");
}

/** Between two questions where there is no stream. */
const POLL_MS = 3_000;
/** A stream says something every three seconds. */
const SILENCE_MS = 20_000;
/** The longest pause before another attempt; they grow from a quarter of a second. */
const LONGEST_PAUSE_MS = 30_000;
const FIRST_PAUSE_MS = 250;

/** Events after that one, for good. Throws what trying again does not help against. */
export async function* follow(settings: Settings, after: string, signal?: AbortSignal): AsyncGenerator<Told, void> {
  let next = after;
  for (let failures = 0; ;) {
    const openedAt = performance.now();
    try {
      for await (const { told, last } of once(settings, next, signal)) {
        failures = 0;
        next = last;
        if (told !== undefined) yield told;
      }
      // A stream ends every few minutes; one that ends at once is an attempt that failed.
      if (performance.now() - openedAt < FIRST_PAUSE_MS) failures += 1;
    } catch (error) {
      signal?.throwIfAborted();
      if (!isNetworkError(error) && !isUnavailableError(error) && !isTimeoutError(error)) throw error;
      failures += 1;
    }
    const longest = failures === 0 ? 0 : Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1));
    await pause(Math.random() * longest, signal ?? new AbortController().signal);
  }
}

/** Something that was told, if it is more than a sign of life, and after which event to go on. */
interface Part {
  told: Told | undefined;
  last: string;
}

/** What one answer tells. */
async function* once(settings: Settings, after: string, signal?: AbortSignal): AsyncGenerator<Part, void> {
  const path = `/v1/events?after=${encodeURIComponent(after)}`;
  const silence = new AbortController();
  const either = signal === undefined ? silence.signal : AbortSignal.any([signal, silence.signal]);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), SILENCE_MS);
  };
  try {
    heard();
    const response = await open(settings, { path, type: "text/event-stream", signal: either });
    if (!response.headers.get("content-type")?.startsWith("text/event-stream")) {
      yield* polled(await response.text(), path);
      clearTimeout(timer);
      await pause(POLL_MS, either);
      return;
    }
    for await (const { event, id, data } of messages(response, heard)) {
      if (event === "missed") yield { told: { type: "missed" }, last: after };
      else if (id !== undefined) yield { told: data === "" ? undefined : parseEvent(data, path), last: id };
    }
  } catch (cause) {
    signal?.throwIfAborted();
    if (isNotionEdgeError(cause)) throw cause;
    throw new NetworkError(`the stream of ${settings.url}/v1/events broke`, { cause });
  } finally {
    clearTimeout(timer);
    silence.abort();
  }
}

function parseEvent(data: string, path: string): ContentEvent {
  try {
    return JSON.parse(data) as ContentEvent;
  } catch (cause) {
    throw new UnexpectedAnswerError(`the stream of GET ${path} holds an event that is no JSON`, { cause });
  }
}

function* polled(text: string, path: string): Generator<Part, void> {
  const list = parseEvents(text);
  if (list === undefined) {
    throw new UnexpectedAnswerError(`the answer to GET ${path} is no list of events: is url the Worker's address?`);
  }
  if (list.missed) yield { told: { type: "missed" }, last: list.next };
  for (const event of list.results) yield { told: event, last: event.id };
  yield { told: undefined, last: list.next };
}

/** A list of events, where the text is one. */
function parseEvents(text: string): EventList | undefined {
  try {
    const list = JSON.parse(text) as Partial<EventList> | null;
    return Array.isArray(list?.results) && typeof list.next === "string" ? (list as EventList) : undefined;
  } catch {
    return undefined;
  }
}

/** A message of a stream, as the standard has it. */
interface Message {
  event: string;
  id: string | undefined;
  data: string;
}

/** The messages of a stream; `heard` is told whenever anything comes. */
async function* messages(response: Response, heard: () => void): AsyncGenerator<Message, void> {
  let rest = "";
  let message: Message = { event: "message", id: undefined, data: "" };
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true };
    if (done) return;
    heard();
    const lines = (rest + value).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line === "") {
        if (message.data !== "" || message.id !== undefined) yield message;
        message = { event: "message", id: undefined, data: "" };
        continue;
      }
      const [, field, value = ""] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
      if (field === "event") message.event = value;
      else if (field === "id") message.id = value;
      else if (field === "data") message.data += message.data === "" ? value : `\n${value}`;
    }
  }
}
