/** The posts as a feed. */
import rss from "@astrojs/rss";
import type { APIContext } from "astro";
import { getPosts, publishedOn } from "../lib/posts";
import { LANG, SITE, UNTITLED } from "../site";

export async function GET({ site }: APIContext): Promise<Response> {
  const posts = await getPosts();
  return rss({
    ...SITE,
    site: site ?? "",
    trailingSlash: false,
    customData: `<language>${LANG}</language>`,
    items: posts.map((post) => ({
      title: post.title || UNTITLED,
      link: encodeURI(post.path),
      description: post.excerpt,
      pubDate: new Date(publishedOn(post)),
      categories: post.values.Tags,
    })),
  });
}
