/** What SvelteKit is to know about this site. */
import type { Client, PageDocument, PageSummary, TreeNode } from "notion-edge";
import type { dataSources } from "#lib/notion-edge.ts";
import type { Theme } from "#lib/theme.ts";

declare global {
  namespace App {
    interface Locals {
      /** Reads the workspace; in a preview with its drafts. */
      notion: Client<typeof dataSources>;
      isPreview: boolean;
    }

    interface PageData {
      isPreview: boolean;
      theme: Theme;
      /** Where the site is, for addresses that leave it. */
      origin: string;
      /** All pages that are shown, by id, where what is shown may name them. */
      pages?: Map<string, TreeNode>;
      /** The rows of the databases in the document as far as they are shown, those first that were edited last, by database. */
      rows?: Map<string, PageSummary[]>;
      /** The document that the page shows. */
      document?: PageDocument;
    }
  }
}
