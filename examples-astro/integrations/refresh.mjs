/** While developing, what is edited in Notion is seen by reloading: each event has the collections read again. A build has none of it. */
import { createClient } from "notion-edge";
import { loadEnv } from "vite";

/** @returns {import("astro").AstroIntegration} */
export function notionRefresh() {
  return {
    name: "notion-refresh",
    hooks: {
      "astro:server:setup": ({ server, refreshContent, logger }) => {
        const env = { ...loadEnv("", process.cwd(), ""), ...process.env };
        const { NOTION_EDGE_URL: url = "http://127.0.0.1:8787", NOTION_EDGE_TOKEN: token } = env;
        const closing = new AbortController();
        server.httpServer?.once("close", () => closing.abort());
        const follow = async () => {
          const events = createClient({ url, token }).subscribe({ signal: closing.signal });
          for await (const { type } of events) if (!type.startsWith("export.")) await refreshContent?.({});
        };
        follow().catch((error) => closing.signal.aborted || logger.warn(`edits are not followed: ${error.message}`));
      },
    },
  };
}
