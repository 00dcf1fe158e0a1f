/**
 * Where an export from Node puts the files that Notion hosts: a folder, or whatever has two methods.
 */
import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Fetch } from "../settings.ts";

/** A place for copies of files. A key never names other bytes: what is there stays as it is. */
export interface FileStore {
  /** Stores the bytes under the key; rejects, and leaves nothing half, where it cannot. */
  put(key: string, bytes: ReadableStream<Uint8Array>, about: { contentType: string | undefined }): Promise<void>;
  /** Deletes what is stored under the keys, of which some may not be there. */
  delete(keys: string[]): Promise<void>;
}

/**
 * A folder as a place for copies, each a file that is called by its key. Where a site serves the folder as `/v1/files/`, as
 * `public/v1/files` of Astro and `static/v1/files` of SvelteKit, the addresses in the documents are right without a Worker.
 */
export function directory(path: string): FileStore {
  return {
    async put(key, bytes) {
      await mkdir(path, { recursive: true });
      // Two pages may show one file, and copy it at the same time.
      const half = join(path, `.${key}.${randomUUID()}.part`);
      try {
        await pipeline(Readable.fromWeb(bytes as Parameters<typeof Readable.fromWeb>[0]), createWriteStream(half));
        await rename(half, join(path, key));
      } catch (error) {
        await rm(half, { force: true });
        throw error;
      }
    },
    async delete(keys) {
      await Promise.all(keys.map((key) => rm(join(path, key), { force: true })));
    },
  };
}

/** What the core asks for. */
export type FileRequest =
  { copy: { key: string; url: string; timeout_ms: number } } | { delete: { keys: string[]; timeout_ms: number } };

/** What came of a copy: the status with which Notion's storage answered, and of a 200 what was copied. */
export interface Copied {
  status: number;
  size: number;
  contentType: string | undefined;
  /** The first bytes. */
  head: Uint8Array;
}

/** As many first bytes as tell the dimensions of a picture. */
const HEAD_BYTES = 256 * 1024;

/** Ends what takes longer, also where a store never answers: the lease of a run is no longer than that. */
export async function within<T>(timeoutMs: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const ending = new AbortController();
  const { signal } = ending;
  const alarm = setTimeout(() => ending.abort(new Error("it takes longer than TIMEOUT")), timeoutMs);
  const late = new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  try {
    return await Promise.race([work(signal), late]);
  } finally {
    clearTimeout(alarm);
  }
}

/** Copies a file on its way from Notion's storage to the store, without holding more than its first bytes. */
export function copyFile(
  { key, url, timeout_ms }: { key: string; url: string; timeout_ms: number },
  store: FileStore,
  fetch: Fetch,
): Promise<Copied> {
  return within(timeout_ms, (signal) => copy(key, url, signal, store, fetch));
}

async function copy(key: string, url: string, signal: AbortSignal, store: FileStore, fetch: Fetch): Promise<Copied> {
  // Notion's storage has the file itself: who is sent elsewhere is not sent by Notion, and this may run beside an inner network.
  const response = await fetch(url, { signal, redirect: "manual" });
  const contentType = response.headers.get("content-type") ?? undefined;
  if (response.status !== 200) {
    await response.body?.cancel();
    return { status: response.status, size: 0, contentType, head: new Uint8Array() };
  }
  const heads: Uint8Array[] = [];
  let size = 0;
  const counted = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      if (size < HEAD_BYTES) heads.push(chunk.slice(0, HEAD_BYTES - size));
      size += chunk.length;
      controller.enqueue(chunk);
    },
  });
  const bytes = ((response.body ?? new Blob().stream()) as ReadableStream<Uint8Array>).pipeThrough(counted);
  try {
    await store.put(key, bytes, { contentType });
  } catch (error) {
    // Unless whoever reads it has ended it already.
    if (!bytes.locked) await bytes.cancel().catch(() => {});
    throw error;
  }
  return { status: 200, size, contentType, head: Buffer.concat(heads) };
}
