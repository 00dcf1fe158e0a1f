/**
 * The core that the Worker runs, compiled to WebAssembly, for Node: it decides, and this package performs.
 */
import { readFile } from "node:fs/promises";

/** One run of an export; what the methods take and give is said in the Rust package `notion-edge-bindings`. */
export interface Engine {
  poll(now: number): Uint8Array;
  applyNotion(now: number, ticket: number, status: number, retryAfter: string | undefined, body: Uint8Array): void;
  applyRedis(now: number, ticket: number, count: number, status: number, body: Uint8Array): void;
  applyCopy(
    now: number,
    ticket: number,
    status: number,
    size: number,
    contentType: string | undefined,
    head: Uint8Array,
  ): void;
  applyDelete(now: number, ticket: number): void;
  failFile(now: number, ticket: number, problem: string): void;
  failNotion(now: number, ticket: number, problem: string): void;
  failRedis(now: number, ticket: number, problem: string): void;
  close(): void;
  takeWritten(): Uint8Array;
  report(): Uint8Array | undefined;
  free(): void;
}

/** A question to the routes of the Worker, asked here. */
export interface Question {
  poll(): Uint8Array;
  apply(count: number, status: number, body: Uint8Array): Uint8Array | undefined;
  status(): number;
  headers(): Uint8Array;
  free(): void;
}

/** What the module exports. */
export interface Core {
  Engine: new (variables: Uint8Array, run: string, now: number) => Engine;
  /** `{version, builder}` as JSON; what is older does not tell. */
  about?: () => Uint8Array;
  Question: new (variables: Uint8Array, method: string, path: string, body: Uint8Array, now: number) => Question;
}

/** The same from `src` and from `dist`; `npm run build` puts it there. */
const MODULE = new URL("../core/notion_edge_bindings.js", import.meta.url);
const WASM = new URL("notion_edge_bindings_bg.wasm", MODULE);

let loaded: Promise<Core> | undefined;

/** Loads the core, once. */
export function loadCore(): Promise<Core> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<Core> {
  const module = (await import(MODULE.href)) as Core & { initSync(options: { module: Uint8Array }): void };
  module.initSync({ module: await readFile(WASM) });
  return module;
}

/** JSON as bytes, which is how everything crosses the border. */
export function encode(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

/** The value that the bytes are the JSON of. */
export function decode<T>(bytes: Uint8Array): T {
  return JSON.parse(new TextDecoder().decode(bytes)) as T;
}
