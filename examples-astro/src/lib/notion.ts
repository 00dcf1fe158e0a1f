/** The Worker that has the copy of the workspace. */
import { NOTION_EDGE_TOKEN, NOTION_EDGE_URL } from "astro:env/server";
import { createClient } from "notion-edge";

export const notion = createClient({ url: NOTION_EDGE_URL, token: NOTION_EDGE_TOKEN });
