/** What SvelteKit is to know about this site. */
import type { PageDocument, PageSummary } from "notion-edge";

declare global {
  namespace App {
    interface PageData {
      /** All pages that may be shown, by id; every page loads them. */
      pages: Map<string, PageSummary>;
      /** The document that the page shows. */
      document?: PageDocument;
    }
  }
}
