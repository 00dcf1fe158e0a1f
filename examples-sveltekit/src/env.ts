/**
 * The variables of the environment. The token stays on the server; the Worker's address stands in every picture's anyway.
 */
import { defineEnvVars } from "@sveltejs/kit/env";

export const variables = defineEnvVars({
  NOTION_EDGE_URL: {
    description: "The address of the Worker.",
    public: true,
    schema: (value) => value || "http://127.0.0.1:8787",
  },
  NOTION_EDGE_TOKEN: {
    description: "One of the Worker's READ_TOKENS; none where the copy is public.",
    schema: (value) => value,
  },
  BLOG_DATA_SOURCE_ID: {
    description: "The data source that holds the posts.",
    public: true,
    schema: (value) => value || "b1094c7e-5d2f-4a86-8e13-7f60c2d9a4b5",
  },
});
