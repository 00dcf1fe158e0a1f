// A static site: everything is read at build time.
import { defineConfig, envField } from "astro/config";
import { loadEnv } from "vite";
import { notionRefresh } from "./integrations/refresh.mjs";

const { SITE_URL = "http://localhost:4321", PREVIEW } = { ...loadEnv("", process.cwd(), ""), ...process.env };
const secret = /** @type {const} */ ({ context: "server", access: "secret" });

export default defineConfig({
  site: SITE_URL,
  // Paths are as documents have them, with no slash behind.
  trailingSlash: "never",
  build: { format: "file" },
  // What a preview token has read is never found by a build for everyone.
  cacheDir: PREVIEW === "true" ? "node_modules/.astro-preview" : "node_modules/.astro",
  integrations: [notionRefresh()],
  env: {
    schema: {
      NOTION_EDGE_URL: envField.string({ ...secret, default: "http://127.0.0.1:8787" }),
      NOTION_EDGE_TOKEN: envField.string({ ...secret, optional: true }),
      PREVIEW: envField.boolean({ ...secret, default: false }),
    },
  },
  devToolbar: { enabled: false },
});
