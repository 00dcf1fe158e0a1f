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
        const refresh = async () => {
          try {
            await refreshContent?.({});
            return true;
          } catch (error) {
            logger.warn(`what was edited is not read yet: ${error instanceof Error ? error.message : error}`);
            return false;
          }
        };
        const follow = async () => {
          let isBehind = false;
          for await (const { type } of createClient({ url, token }).subscribe({ signal: closing.signal })) {
            // What could not be read a moment ago is read with the next event, of whatever kind.
            isBehind ||= !type.startsWith("export.");
            if (isBehind) isBehind = !(await refresh());
          }
        };
        follow().catch((error) => closing.signal.aborted || logger.warn(`edits are not followed: ${error.message}`));
      },
    },
  };
}
