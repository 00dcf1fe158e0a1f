/** What SvelteKit is to know about this site. */
import type { Client, PageDocument, TreeNode } from "notion-edge";
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
      /** The rows of databases as far as they are shown, newest first, by the ids of the databases. */
      rows?: Map<string, TreeNode[]>;
      /** The document that the page shows. */
      document?: PageDocument;
    }
  }
}
