/**
 * The data sources of the workspace.
 * Written by `notion-edge types`: run it again when a property or an option has changed.
 */
import type { DocumentOf, RowOf } from "notion-edge";

/** What `createClient` takes as `dataSources`. */
export const dataSources = {
  Blog: {
    id: "b1094c7e-5d2f-4a86-8e13-7f60c2d9a4b5",
    properties: {
      "Age in days": { type: "formula" },
      Attachments: { type: "files" },
      Author: { type: "relation" },
      "Author roles": { type: "rollup" },
      Authors: { type: "people" },
      Category: { type: "select", options: ["Story", "How-to", "Announcement"] },
      Contact: { type: "email" },
      Created: { type: "created_time" },
      "Created by": { type: "created_by" },
      Depth: { type: "formula" },
      Edited: { type: "last_edited_time" },
      "Edited by": { type: "last_edited_by" },
      Featured: { type: "checkbox" },
      Hotline: { type: "phone_number" },
      ID: { type: "unique_id" },
      "Latest related": { type: "rollup" },
      Live: { type: "formula" },
      Name: { type: "title" },
      Path: { type: "formula" },
      Place: { type: "place" },
      Published: { type: "date" },
      Related: { type: "relation" },
      "Related count": { type: "rollup" },
      "Review on": { type: "formula" },
      Share: { type: "button" },
      Slug: { type: "rich_text" },
      Source: { type: "url" },
      Status: { type: "status", options: ["Draft", "In review", "Published"] },
      Summary: { type: "rich_text" },
      Tags: { type: "multi_select", options: ["engineering", "field work", "software", "company", "tides"] },
      Verified: { type: "verification" },
      Words: { type: "number" },
      "Words in related": { type: "rollup" },
    },
  },
  Books: {
    id: "04a0a7d3-d3f1-4773-a6e3-5f4b2b1522b8",
    properties: {
      Explains: { type: "relation" },
      Index: { type: "rich_text" },
      Terms: { type: "rollup" },
      Title: { type: "title" },
      Year: { type: "number" },
    },
  },
  Team: {
    id: "cd64fb1e-a953-4ae2-afa8-a1efb8ea1882",
    properties: {
      Account: { type: "people" },
      Bio: { type: "rich_text" },
      Email: { type: "email" },
      Name: { type: "title" },
      Posts: { type: "relation" },
      Role: { type: "select", options: ["Founder", "Engineer", "Field technician", "Writer"] },
      Since: { type: "date" },
    },
  },
  Terms: {
    id: "101379c7-d2ab-4d67-8074-a6442ba33d67",
    properties: {
      "Explained in": { type: "relation" },
      Meaning: { type: "rich_text" },
      Term: { type: "title" },
    },
  },
} as const;

/** A row of Blog, as lists have it. */
export interface Blog extends RowOf<typeof dataSources.Blog> {}

/** A row of Blog with all that it holds. */
export interface BlogDocument extends DocumentOf<typeof dataSources.Blog> {}

/** A row of Books, as lists have it. */
export interface Books extends RowOf<typeof dataSources.Books> {}

/** A row of Books with all that it holds. */
export interface BooksDocument extends DocumentOf<typeof dataSources.Books> {}

/** A row of Team, as lists have it. */
export interface Team extends RowOf<typeof dataSources.Team> {}

/** A row of Team with all that it holds. */
export interface TeamDocument extends DocumentOf<typeof dataSources.Team> {}

/** A row of Terms, as lists have it. */
export interface Terms extends RowOf<typeof dataSources.Terms> {}

/** A row of Terms with all that it holds. */
export interface TermsDocument extends DocumentOf<typeof dataSources.Terms> {}
