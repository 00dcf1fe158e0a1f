/**
 * How commands get to Redis: one interface, a driver for each client in transports/.
 * Here is what all operations share: a script goes by its digest, and by its text where the server does not know it.
 */
import { UnsupportedArgumentError, isNoScript, storeError } from "./errors.ts";
import type { scripts } from "./generated.ts";

/** A reply in RESP2's shapes. */
export type Reply = null | number | string | Reply[];

/** What a subscription tells. */
export interface Listener {
  /** A message came. */
  message(text: string): void;
  /** The connection was lost and is there again: messages may have been missed. */
  gap(): void;
}

/** Ends a subscription. */
export type Unsubscribe = () => Promise<void>;

/** Whose server it is: one of Upstash's locks the whole database for a script that does not say that it locks its keys. */
export type Dialect = "redis" | "upstash";

/** A way to Redis. */
export interface Transport {
  /** `redis` by default. */
  readonly dialect?: Dialect | undefined | Promise<Dialect | undefined>;
  /**
   * Performs one command; rejects with what the client throws.
   * @param key one of its keys: a cluster sends it to the node that has it
   */
  send(words: readonly string[], key: string): Promise<Reply>;
  /** The nodes that hold keys: one, but for a cluster. */
  nodes(): Promise<Node[]>;
  /** Resolves when the server has confirmed; reconnects by itself until it is ended. */
  subscribe(channel: string, listener: Listener): Promise<Unsubscribe>;
}

/** A server, or one master of a cluster. */
export interface Node {
  send(words: readonly string[]): Promise<Reply>;
  /** Whether keys of any names may be in one command. */
  readonly hasAllSlots: boolean;
}

/** The transport, if it is one and not the client itself, which a compiler would not have let through. */
export function checkTransport(transport: Transport): Transport {
  if (typeof (transport as Partial<Transport> | undefined)?.send === "function") return transport;
  throw new UnsupportedArgumentError("transport is none: wrap the client, as in `ioredis(new Redis(url))`");
}

/** One of the scripts that both languages share. */
export type Script = (typeof scripts)[keyof typeof scripts];

/** Performs a command; its errors are those of errors.ts. @param subject what it is about, for errors */
export async function perform(
  transport: Pick<Transport, "send">,
  subject: string,
  words: readonly string[],
  key: string,
): Promise<Reply> {
  try {
    return await transport.send(words, key);
  } catch (error) {
    throw storeError(error, subject);
  }
}

/** The nodes that hold keys; its errors are those of errors.ts. @param subject what it is about, for errors */
export async function nodesOf(transport: Transport, subject: string): Promise<Node[]> {
  try {
    return await transport.nodes();
  } catch (error) {
    throw storeError(error, subject);
  }
}

/** Runs a script; its errors are those of errors.ts. @param subject what it is about, for errors */
export async function run(
  transport: Transport,
  subject: string,
  script: Script,
  keys: readonly [string, ...string[]],
  args: readonly string[],
): Promise<Reply> {
  const words = (command: string, text: string) => [
    script.onlyReads ? `${command}_RO` : command,
    text,
    String(keys.length),
    ...keys,
    ...args,
  ];
  let dialect: Dialect = "redis";
  try {
    const told = transport.dialect;
    if (told !== undefined) dialect = (await told) ?? dialect;
    return await transport.send(words("EVALSHA", script[dialect].sha1), keys[0]);
  } catch (error) {
    if (!isNoScript(error)) throw storeError(error, subject);
  }
  const firstLine = dialect === "upstash" ? `${script.upstash.firstLine}\n` : "";
  return perform(transport, subject, words("EVAL", firstLine + script.redis.source), keys[0]);
}

/** `upstash` where that host is one of Upstash's. */
export function dialectAt(host: string | undefined): Dialect | undefined {
  return /(^|\.)upstash\.io\.?$/i.test(host ?? "") ? "upstash" : undefined;
}
