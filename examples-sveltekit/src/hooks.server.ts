/** Every request: the client that routes read with, pages that are kept until they change, the preview, and the theme. */
import { NOTION_EDGE_TOKEN, PREVIEW_SECRET, PREVIEW_TOKEN } from "$app/env/private";
import { NOTION_EDGE_URL } from "$app/env/public";
import type { RequestEvent } from "@sveltejs/kit";
import { type Handle, sequence } from "@sveltejs/kit/hooks";
import { createClient } from "notion-edge";
import { notionHandle } from "notion-edge/sveltekit";
import { dataSources } from "#lib/notion-edge.ts";
import { themeOf } from "#lib/server/theme.ts";

/** A reader does not wait longer than `timeout`. */
const clientWith = (token: string | undefined) =>
  createClient({ url: NOTION_EDGE_URL, token, timeout: 5000, dataSources });

const notion = notionHandle<RequestEvent>({
  client: clientWith(NOTION_EDGE_TOKEN),
  key: ({ url, cookies }) => `${url.href} ${themeOf(cookies)}`,
  preview: PREVIEW_TOKEN && PREVIEW_SECRET ? { client: clientWith(PREVIEW_TOKEN), secret: PREVIEW_SECRET } : undefined,
});

/** The theme is in the page from the first byte, so nothing flashes. */
const themed: Handle = ({ event, resolve }) =>
  resolve(event, { transformPageChunk: ({ html }) => html.replace("%theme%", themeOf(event.cookies)) });

export const handle = sequence(notion, themed);
