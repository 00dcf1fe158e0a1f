/** What is this site's own: change these first. What data sources and options are called stands in `notion-edge.ts`, which is generated. */
export const SITE = {
  title: "Little Auk Instruments",
  description: "Tide gauges for small harbours, and what we learn from them.",
};

/** The language of everything that no page says itself, and of its dates. */
export const LANG = "en-GB";

/** The page whose tree is the documentation. */
export const DOCUMENTATION = "a7753e56-a5c2-4302-9251-802d93842ea6";

/** As many posts are on one page of the list. */
export const POSTS_PER_PAGE = 10;

export const UNTITLED = "Untitled";
