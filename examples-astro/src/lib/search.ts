/** What the search knows of each page, and which pages it finds. It runs in the reader's browser. */

/** A page in the index. */
export interface Found {
  title: string;
  path: string;
  headings: string[];
  excerpt: string;
}

/** The pages that have all the words, those with more of them in the title first. A word may be the beginning of a longer one. */
export function search(pages: readonly Found[], query: string): Found[] {
  const wanted = wordsOf(query);
  if (wanted.length === 0) return [];
  const counted = pages.map((page) => {
    const title = wordsOf(page.title);
    const all = [...title, ...wordsOf([...page.headings, page.excerpt].join(" "))];
    const has = (words: readonly string[]) => (word: string) => words.some((it) => it.startsWith(word));
    return { page, isFound: wanted.every(has(all)), inTitle: wanted.filter(has(title)).length };
  });
  const found = counted.filter(({ isFound }) => isFound).sort((a, b) => b.inTitle - a.inTitle);
  return found.map(({ page }) => page);
}

/** In small letters, without accents. */
function wordsOf(text: string): string[] {
  return (
    text
      .normalize("NFD")
      .replaceAll(/\p{M}/gu, "")
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}
