/**
 * What a client knows of newer versions, from events: it names them in what it reads then, and gets nothing from before them,
 * whatever caches are in between.
 */
import type { PageEvent } from "./generated.ts";
import { isPageId, parseId } from "./id.ts";

/** As many pages and paths are known; older ones have arrived everywhere long since. */
const MOST = 1_000;

/** The versions that events told. */
export class Versions {
  readonly #pages = new Map<string, number>();
  readonly #ids = new Map<string, string>();
  #latest: number | undefined;

  /** An event came. */
  note({ data: { id, version } }: PageEvent): void {
    keep(this.#pages, id, Math.max(version, this.#pages.get(id) ?? 0));
    this.#latest = Math.max(version, this.#latest ?? 0);
  }

  /** Events are missed: the store may have begun anew, and then never comes to versions of the one before it. */
  forget(): void {
    this.#pages.clear();
    this.#latest = undefined;
  }

  /** A page was read: what is told of its id later goes for its path as well. */
  read({ id, path }: { id: string; path: string }): void {
    keep(this.#ids, path, id);
  }

  /** The version that a page has at least, where one is known. */
  of(idOrPath: string): number | undefined {
    const id = isPageId(idOrPath) ? parseId(idOrPath, "page") : this.#ids.get(idOrPath);
    return id === undefined ? undefined : this.#pages.get(id);
  }

  /** The version of the store that what is made of several pages comes from at least. */
  latest(): number | undefined {
    return this.#latest;
  }
}

function keep<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > MOST && oldest !== undefined) map.delete(oldest);
}
