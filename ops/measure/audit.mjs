// Lighthouse on some pages, each run in a browser of its own; a JSON line for each on standard output.
// Its argument, a JSON file: { chromium, base, username, password, runs, pages: [{ name, path, person }] }
import { readFileSync } from "node:fs";
import lighthouse from "lighthouse";
import puppeteer from "puppeteer-core";

const wish = JSON.parse(readFileSync(process.argv[2], "utf8"));
const FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"];

/** Signs in by the form; then only what the app remembers of the person stays: its code is to be fetched anew. */
async function signIn(browser, page) {
  await page.goto(`${wish.base}/signin`);
  await page.locator("input[autocomplete=username]").fill(wish.username);
  await page.locator("input[type=password]").fill(wish.password);
  await page.locator("form button[type=submit], main button").click();
  await page.waitForFunction(() => !location.pathname.startsWith("/signin"));
  await page.goto("about:blank");
  const session = await page.createCDPSession();
  const origin = wish.base;
  await session.send("Storage.clearDataForOrigin", { origin, storageTypes: "service_workers,cache_storage" });
  await session.send("Network.clearBrowserCache");
  await session.detach();
}

/** What Lighthouse says against the page: audits that cost points or name elements, with the first of them. */
function against(lhr) {
  const found = [];
  for (const category of Object.values(lhr.categories)) {
    for (const { id, weight } of category.auditRefs) {
      const audit = lhr.audits[id];
      if (audit.score === null || audit.score >= 0.9 || audit.scoreDisplayMode === "informative") continue;
      const items = (audit.details?.items ?? []).slice(0, 4);
      found.push({ category: category.id, id, weight, score: audit.score, says: audit.displayValue ?? "", items });
    }
  }
  return found;
}

for (let run = 0; run < wish.runs; run++) {
  for (const { name, path, person } of wish.pages) {
    const browser = await puppeteer.launch({ executablePath: wish.chromium, args: FLAGS, headless: true });
    try {
      const page = await browser.newPage();
      if (person) await signIn(browser, page);
      const flags = { onlyCategories: ["performance", "accessibility"], disableStorageReset: person, logLevel: "error" };
      const { lhr } = await lighthouse(wish.base + path, flags, undefined, page);
      if (lhr.runtimeError) throw new Error(`${name}: ${lhr.runtimeError.message}`);
      const value = (id) => lhr.audits[id].numericValue;
      const line = {
        page: name,
        final: lhr.finalDisplayedUrl,
        performance: Math.round(lhr.categories.performance.score * 100),
        accessibility: Math.round(lhr.categories.accessibility.score * 100),
        fcp_s: value("first-contentful-paint") / 1000,
        lcp_s: value("largest-contentful-paint") / 1000,
        cls: value("cumulative-layout-shift"),
        tbt_ms: value("total-blocking-time"),
        speed_index_s: value("speed-index") / 1000,
        against: against(lhr),
        version: lhr.lighthouseVersion,
        benchmark: lhr.environment.benchmarkIndex,
      };
      console.log(JSON.stringify(line));
    } finally {
      await browser.close();
    }
  }
}
