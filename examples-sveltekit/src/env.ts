/**
 * The variables of the environment. Tokens stay on the server; the Worker's address stands in every picture's anyway.
 */
import { defineEnvVars } from "@sveltejs/kit/env";

export const variables = defineEnvVars({
  NOTION_EDGE_URL: {
    description: "The address of the Worker.",
    public: true,
    schema: (value) => value || "http://127.0.0.1:8787",
  },
  NOTION_EDGE_TOKEN: {
    description: "One of the Worker's READ_TOKENS; none where the copy is public.",
    schema: (value) => value || undefined,
  },
  PREVIEW_TOKEN: {
    description: "One of the Worker's PREVIEW_TOKENS; without it there is no preview.",
    schema: (value) => value || undefined,
  },
  PREVIEW_SECRET: {
    description: "What `?preview=` begins the preview with; without it there is none.",
    schema: (value) => value || undefined,
  },
  SITE_URL: {
    description: "Where the site is, for feeds and search engines; the address that is asked for without it.",
    schema: (value) => value?.replace(/\/+$/, "") || undefined,
  },
});
