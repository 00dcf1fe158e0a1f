/** Rendered pages in memory, each with the tags of what it shows. Which of them hold is decided by events, not by time. */

/** A rendered page. */
export interface Rendered {
  status: number;
  headers: [string, string][];
  body: Uint8Array<ArrayBuffer>;
  tags: ReadonlySet<string>;
}

/** A page that is being rendered. */
export interface Rendering {
  /** What was changed since it began: it may show what was before. */
  readonly changed: Set<string>;
}

/** What a page takes beside its body and its key, about. */
const OVERHEAD = 500;

/** Rendered pages within a limit; those that were not asked for longest go first. */
export class RenderedPages {
  readonly #pages = new Map<string, Rendered>();
  readonly #renderings = new Set<Rendering>();
  readonly #most: number;
  #size = 0;

  /** @param most bytes, about */
  constructor(most: number) {
    this.#most = most;
  }

  get(key: string): Rendered | undefined {
    const page = this.#pages.get(key);
    if (page === undefined) return undefined;
    this.#pages.delete(key);
    this.#pages.set(key, page);
    return page;
  }

  /** A page begins to be rendered; {@link RenderedPages.end} is called in any case. */
  begin(): Rendering {
    const rendering = { changed: new Set<string>() };
    this.#renderings.add(rendering);
    return rendering;
  }

  /** It is over, with a page that is to be kept or without. */
  end(rendering: Rendering, key: string, page: Rendered | undefined): void {
    this.#renderings.delete(rendering);
    if (page === undefined || !rendering.changed.isDisjointFrom(page.tags)) return;
    this.#delete(key);
    const size = sizeOf(key, page);
    if (size > this.#most) return;
    this.#pages.set(key, page);
    this.#size += size;
    for (const oldest of this.#pages.keys()) {
      if (this.#size <= this.#most) return;
      this.#delete(oldest);
    }
  }

  /** Forgets what has any of the tags. */
  drop(tags: ReadonlySet<string>): void {
    for (const { changed } of this.#renderings) for (const tag of tags) changed.add(tag);
    for (const [key, page] of this.#pages) if (!tags.isDisjointFrom(page.tags)) this.#delete(key);
  }

  /** Forgets everything. */
  clear(): void {
    const all = new Set([...this.#pages.values()].flatMap(({ tags }) => [...tags]));
    for (const { changed } of this.#renderings) changed.add(EVERYTHING);
    this.drop(all);
  }

  #delete(key: string): void {
    const page = this.#pages.get(key);
    if (page === undefined) return;
    this.#pages.delete(key);
    this.#size -= sizeOf(key, page);
  }
}

/** Keys are addresses, and those are as long as whoever asks makes them. */
function sizeOf(key: string, { body }: Rendered): number {
  return body.length + 2 * key.length + OVERHEAD;
}

/** Every page that is kept has this tag. */
export const EVERYTHING = "everything";
