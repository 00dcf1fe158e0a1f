// A static site: everything is read at build time, and no script reaches the reader.
import { defineConfig, envField } from "astro/config";

export default defineConfig({
  env: {
    schema: {
      NOTION_EDGE_URL: envField.string({ context: "server", access: "secret", default: "http://127.0.0.1:8787" }),
      NOTION_EDGE_TOKEN: envField.string({ context: "server", access: "secret", optional: true }),
      BLOG_DATA_SOURCE_ID: envField.string({
        context: "server",
        access: "secret",
        default: "b1094c7e-5d2f-4a86-8e13-7f60c2d9a4b5",
      }),
    },
  },
  devToolbar: { enabled: false },
});
