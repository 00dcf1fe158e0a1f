/** The content: every page of the workspace, with its blocks. What of it the site shows is decided in `lib/pages.ts`. */
import { defineCollection } from "astro:content";
import { notionLoader } from "notion-edge/astro";
import { notion } from "./lib/notion";

export const collections = {
  pages: defineCollection({ loader: notionLoader({ client: notion, html: false }) }),
};
