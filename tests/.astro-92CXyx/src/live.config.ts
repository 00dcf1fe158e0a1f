import { defineLiveCollection } from "astro:content";
import { createClient } from "notion-edge";
import { notionLiveLoader } from "notion-edge/astro";
const client = createClient({ url: process.env.NOTION_EDGE_URL });
export const collections = {
  pages: defineLiveCollection({ loader: notionLiveLoader({ client }) }),
  blog: defineLiveCollection({ loader: notionLiveLoader({ client, dataSourceId: "b1094c7e-5d2f-4a86-8e13-7f60c2d9a4b5" }) }),
};