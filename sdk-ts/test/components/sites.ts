/** Both frameworks as a site has them, for tests: components compiled by Vite, rendered to HTML without a browser. */
import { type ViteDevServer, createServer } from "vite";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("./", import.meta.url));

/** Renders `Blocks` with these props. `own` names a component beside this file, for each type of block. */
export type Render = (props: Record<string, unknown>, own?: Record<string, string>) => Promise<string>;

/** Each framework by its name; to be closed. */
export async function sites(): Promise<{ Astro: Render; Svelte: Render; close: () => Promise<void> }> {
  const [astro, svelte] = await Promise.all([astroServer(), svelteServer()]);
  const close = async () => {
    await Promise.all([astro.close(), svelte.close()]);
  };
  return { Astro: astroRender(astro), Svelte: svelteRender(svelte), close };
}

async function astroServer(): Promise<ViteDevServer> {
  const { getViteConfig } = await import("astro/config");
  const config = getViteConfig({ server: { middlewareMode: true, ws: false }, logLevel: "error" }, {
    root,
    logLevel: "error",
  } as object);
  return createServer({ ...(await config({ mode: "development", command: "serve" })), configFile: false });
}

async function svelteServer(): Promise<ViteDevServer> {
  const { svelte } = await import("@sveltejs/vite-plugin-svelte");
  return createServer({
    root,
    configFile: false,
    logLevel: "error",
    server: { middlewareMode: true, ws: false },
    plugins: [svelte({ configFile: false })],
  });
}

function astroRender(server: ViteDevServer): Render {
  return async (props, own = {}) => {
    const { experimental_AstroContainer: Container } = await server.ssrLoadModule("astro/container");
    const { Blocks } = await server.ssrLoadModule("notion-edge/astro/components");
    const container = await Container.create();
    return container.renderToString(Blocks, {
      props: { ...props, components: await components(server, own, "astro") },
    });
  };
}

function svelteRender(server: ViteDevServer): Render {
  return async (props, own = {}) => {
    const { render } = await server.ssrLoadModule("svelte/server");
    const { Blocks } = await server.ssrLoadModule("notion-edge/svelte");
    return render(Blocks, { props: { ...props, components: await components(server, own, "svelte") } }).body;
  };
}

async function components(server: ViteDevServer, own: Record<string, string>, ext: string) {
  const loaded = Object.entries(own).map(async ([type, name]) => {
    const module = await server.ssrLoadModule(`/own/${name}.${ext}`);
    return [type, module.default] as const;
  });
  return Object.fromEntries(await Promise.all(loaded));
}
