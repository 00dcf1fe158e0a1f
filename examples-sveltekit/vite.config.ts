/** Where the site runs: on a Node server, or with `--mode cloudflare` on Cloudflare Workers. */
import node from "@sveltejs/adapter-node";
import { sveltekit } from "@sveltejs/kit/vite";
import { defineConfig } from "vite";
import cloudflare from "./cloudflare.ts";

export default defineConfig(({ mode }) => ({
  plugins: [sveltekit({ adapter: mode === "cloudflare" ? cloudflare() : node() })],
}));
