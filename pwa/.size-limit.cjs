// What a first visit to the capture route downloads: the entry, the capture page and all they import.
const { existsSync, readFileSync } = require("node:fs");

const manifest = existsSync("dist/.vite/manifest.json")
  ? JSON.parse(readFileSync("dist/.vite/manifest.json", "utf8"))
  : {};

function route(...starts) {
  const js = new Set();
  const css = new Set();
  const seen = new Set();
  const walk = (key) => {
    const chunk = manifest[key];
    if (!chunk || seen.has(key)) return;
    seen.add(key);
    js.add(`dist/${chunk.file}`);
    for (const sheet of chunk.css ?? []) css.add(`dist/${sheet}`);
    for (const next of chunk.imports ?? []) walk(next);
  };
  starts.forEach(walk);
  return { js: [...js], css: [...css] };
}

// The storage comes after the first paint, but no photo is kept without it.
const storage = Object.keys(manifest).filter((key) => manifest[key].name === "storage");
const capture = route("index.html", "src/start.ts", "src/features/report/CapturePage.vue", ...storage);

module.exports = [
  { name: "capture route, JS", path: capture.js, limit: "120 kB", gzip: true, brotli: false },
  { name: "capture route, CSS", path: capture.css, limit: "15 kB", gzip: true, brotli: false },
];
