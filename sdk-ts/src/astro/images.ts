/**
 * Notion's pictures for Astro's `<Image>`: an integration that lets Astro fetch them from the Worker while it builds, and what
 * `<Image>` is to be given. Their addresses name their bytes, so what Astro has made of one holds for good.
 */
import type { AstroIntegration } from "astro";
import type { Client } from "../client.ts";
import type { FileReference } from "../generated.ts";

/** Options of {@link notionImages}. */
export interface NotionImagesOptions {
  /** The address of the Worker. Astro sends no token, so the copy has to be public. */
  url: string | URL;
}

/** An integration for `astro.config.mjs`: Astro may fetch and optimise the files of that Worker, and no others. */
export function notionImages({ url }: NotionImagesOptions): AstroIntegration {
  const { protocol, hostname, port, pathname } = new URL(url);
  const base = pathname.replace(/\/+$/, "");
  const pattern = { protocol: protocol.slice(0, -1), hostname, ...(port && { port }), pathname: `${base}/v1/files/**` };
  return {
    name: "notion-edge",
    hooks: {
      "astro:config:setup": ({ updateConfig }) => {
        updateConfig({ image: { remotePatterns: [pattern] } });
      },
    },
  };
}

/** What `<Image>` takes, without the words for who does not see it. */
export interface ImageProps {
  src: string;
  width: number;
  height: number;
}

/** A picture of a document, by one of its `files`; null for what is none, or has not been copied. */
export function imageOf(client: Client, { key, width, height }: FileReference): ImageProps | null {
  if (width === null || height === null) return null;
  return { src: client.fileUrl(`/v1/files/${key}`), width, height };
}
