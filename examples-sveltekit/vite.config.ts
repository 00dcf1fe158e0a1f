/** Where the site runs: on a Node server, or with `--mode cloudflare` on Cloudflare Workers. */
import cloudflare from "@sveltejs/adapter-cloudflare";
import node from "@sveltejs/adapter-node";
import { sveltekit } from "@sveltejs/kit/vite";
import { defineConfig } from "vite";

export default defineConfig(({ mode }) => ({
  plugins: [sveltekit({ adapter: mode === "cloudflare" ? cloudflare() : node() })],
}));
