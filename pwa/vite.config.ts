import vue from "@vitejs/plugin-vue";
import type { Plugin } from "vite";
import { VitePWA } from "vite-plugin-pwa";
import { defineConfig } from "vitest/config";

const server = process.env.XUNCHENG_API ?? "http://127.0.0.1:8000";

/** The style of the frame comes in the page itself: a round trip less before anything is seen. */
function frameInPage(): Plugin {
  return {
    name: "frame-in-page",
    enforce: "post",
    generateBundle(_options, bundle) {
      const page = bundle["index.html"];
      if (page?.type !== "asset") return;
      page.source = String(page.source).replace(
        /<link rel="stylesheet"[^>]* href="\/(assets\/[^"]+\.css)">/g,
        (link, file: string) => {
          const sheet = bundle[file];
          return sheet?.type === "asset" ? `<style>${String(sheet.source).trim()}</style>` : link;
        },
      );
    },
  };
}

export default defineConfig({
  plugins: [
    vue(),
    frameInPage(),
    VitePWA({
      strategies: "injectManifest",
      srcDir: "src/sw",
      filename: "sw.ts",
      registerType: "prompt",
      injectRegister: false,
      manifest: {
        name: "巡城 · 城市管理巡查",
        short_name: "巡城",
        description: "拍一张照片，交给对的中队，看到它办完。",
        lang: "zh-CN",
        start_url: "/",
        scope: "/",
        display: "standalone",
        orientation: "portrait",
        background_color: "#f4f6f8",
        theme_color: "#f4f6f8",
        icons: [
          { src: "/app-192.png", sizes: "192x192", type: "image/png" },
          { src: "/app-512.png", sizes: "512x512", type: "image/png" },
          { src: "/app-maskable-512.png", sizes: "512x512", type: "image/png", purpose: "maskable" },
        ],
      },
      injectManifest: {
        globPatterns: ["**/*.{js,css,html,svg,png}"],
        // The map is large and lazy: the capture route must not wait for it at installation. By its exact name:
        // "map-*" was the map-pin of the capture page too, which then did not open without network.
        globIgnores: ["**/maplibre-*", "**/*.map", "shell/**"],
        maximumFileSizeToCacheInBytes: 1_000_000,
      },
    }),
  ],
  // All our components, and those of Vant that we use, are written with setup().
  define: { __VUE_OPTIONS_API__: "false" },
  build: {
    target: "es2022",
    manifest: true,
    rolldownOptions: {
      output: {
        advancedChunks: {
          groups: [
            { name: "maplibre", test: /node_modules[\\/]maplibre-gl/ },
            // The phone's storage, a third of all script: it comes when the first page is painted.
            { name: "storage", test: /node_modules[\\/]dexie|src[\\/]outbox[\\/](db|lasting)/, priority: 2 },
            // Alone, or the first lines of all would wait for the rest.
            {
              name: "loader",
              test: /rolldown|preload-helper|src[\\/]outbox[\\/](failures|health|world)\.ts/,
              priority: 3,
            },
            { name: "engine", test: /node_modules[\\/]@?vue/, priority: 2 },
            // What several pages use travels in one file: over a slow line each further request costs a round trip.
            {
              name: "shared",
              test: /node_modules[\\/](idb|vant|@lucide)|src[\\/](ui|layout|api|state|i18n[\\/](index|zh[\\/]core)|camera[\\/]|outbox(?![\\/](db|lasting))|geo)/,
              minShareCount: 4,
              priority: 1,
            },
          ],
        },
      },
    },
  },
  worker: { format: "es" },
  server: {
    proxy: Object.fromEntries(["/api", "/m/", "/icons", "/health"].map((path) => [path, server])),
  },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.ts"],
    restoreMocks: true,
    unstubGlobals: true,
    setupFiles: ["src/i18n/testSetup.ts"],
    // Two cores are shared with other work: a slow machine is no failure.
    testTimeout: 20_000,
  },
});
