/** A list in parts, by `?page=`. */
import { error } from "@sveltejs/kit";
import { POSTS_PER_PAGE } from "../site.ts";

/** A part of a list. */
export interface Part<T> {
  items: T[];
  /** From 1. */
  page: number;
  pages: number;
}

/** The part that an address asks for: the first without `?page=`, and a 404 for one that the list does not have. */
export function partOf<T>(list: readonly T[], url: URL): Part<T> {
  const asked = url.searchParams.get("page") ?? "1";
  const pages = Math.max(1, Math.ceil(list.length / POSTS_PER_PAGE));
  const page = /^[1-9]\d{0,5}$/.test(asked) ? Number(asked) : 0;
  if (page === 0 || page > pages) error(404, "The list has no such page.");
  return { items: list.slice((page - 1) * POSTS_PER_PAGE, page * POSTS_PER_PAGE), page, pages };
}
