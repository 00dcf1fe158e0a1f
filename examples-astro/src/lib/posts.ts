/** The blog: posts by their days, by their tags, and a page of the list at a time. */
import { POSTS_PER_PAGE } from "../site";
import { getPages, isPost, type Post } from "./pages";

/** The posts that may be shown, newest first. */
export async function getPosts(): Promise<Post[]> {
  const posts = [...(await getPages()).values()].filter(isPost);
  return posts.sort((a, b) => publishedOn(b).localeCompare(publishedOn(a)));
}

/** The day of publication, `2026-10-12`; of a post without one, the day it was made. */
export function publishedOn(post: Post): string {
  return (post.values.Published?.start ?? post.created_time).slice(0, 10);
}

/** The list of posts in parts, of which there is always one. */
export async function getParts(): Promise<Post[][]> {
  const posts = await getPosts();
  const length = Math.max(1, Math.ceil(posts.length / POSTS_PER_PAGE));
  return Array.from({ length }, (_, at) => posts.slice(at * POSTS_PER_PAGE, (at + 1) * POSTS_PER_PAGE));
}

/** Where a part of the list is, from 1 on. */
export function pathOfPart(number: number): string {
  return number === 1 ? "/" : `/page/${number}`;
}

/** A tag with its posts. */
export interface Tag {
  name: string;
  path: string;
  posts: Post[];
}

/** The tags that posts have, by name. */
export async function getTags(): Promise<Map<string, Tag>> {
  const posts = await getPosts();
  const names = [...new Set(posts.flatMap(({ values }): string[] => values.Tags))].sort((a, b) => a.localeCompare(b));
  const taken = new Set<string>();
  const tags = names.map((name): [string, Tag] => {
    const slug = unique(slugOf(name), taken);
    const having = posts.filter(({ values }) => values.Tags.some((it) => it === name));
    return [name, { name, path: `/tags/${slug}`, posts: having }];
  });
  return new Map(tags);
}

function slugOf(name: string): string {
  const words = name.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? ["tag"];
  return words.join("-");
}

/** `C` and `C++` are two tags. */
function unique(slug: string, taken: Set<string>): string {
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? slug : `${slug}-${number}`;
    if (taken.has(candidate)) continue;
    taken.add(candidate);
    return candidate;
  }
}
