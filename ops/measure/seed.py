"""Work put on a phone by the outbox's own code, bundled from its source for the measurement and run in the page."""

import hashlib
import io
from collections.abc import Callable
from random import Random

from PIL import Image
from playwright.async_api import BrowserContext, Page, Route

from ops.home import ROOT
from ops.process import run

OUTBOX, PICTURE = "/measure/outbox.js", "/measure/picture.jpg"
KIND = 640, 480

FILL = """async ({ reports, each, owner, category, consent }) => {
  const outbox = await import('/measure/outbox.js');
  const whole = new Uint8Array(await (await fetch('/measure/picture.jpg')).arrayBuffer());
  window.outbox = outbox;
  window.fill = async () => {
    for (let n = 0; n < reports; n++) {
      const draft = await outbox.startDraft('report', null, owner);
      const now = Date.now();
      const fix = { lon: 112.82 + n / 10000, lat: 28.353, accuracy_m: 8, fix_at: outbox.instant(now),
        source: 'gps', age_s: 0 };
      await outbox.changeDraft(draft.id, { report: { category }, fix, captured_at: outbox.instant(now) });
      for (let p = 0; p < each; p++) {
        const bytes = whole.slice();
        // The comment's text: each picture is another one.
        bytes.set(new TextEncoder().encode(String(n * each + p).padStart(8, '0')), 6);
        await outbox.addPhoto(draft.id, { bytes: bytes.buffer, mime: 'image/jpeg', width: WIDTH, height: HEIGHT,
          taken_at: outbox.instant(now), exif: null, thumb: whole.slice(0, 6000).buffer });
      }
      await outbox.sendReport(draft.id, { consent, clockOffsetMs: 0, undoMs: 0 });
    }
  };
}""".replace("WIDTH", str(KIND[0])).replace("HEIGHT", str(KIND[1]))

UNSENT = "() => window.outbox.db.items.where('state').notEqual('delivered').count()"


def picture(size: int) -> bytes:
    """A JPEG of about `size` bytes that any decoder reads, with room for eight characters in a comment at byte 6."""
    noise = Image.frombytes("L", KIND, Random(7).randbytes(KIND[0] * KIND[1])).convert("RGB")
    for quality in range(95, 5, -3):
        out = io.BytesIO()
        noise.save(out, "JPEG", quality=quality)
        if out.tell() <= size - 12:
            break
    body = out.getvalue()
    padding = max(0, min(size - len(body) - 12, 65_000))
    return body[:2] + b"\xff\xfe\x00\x0a" + b"0" * 8 + _comment(padding) + body[2:]


def _comment(size: int) -> bytes:
    return b"" if size < 4 else b"\xff\xfe" + (size - 2).to_bytes(2, "big") + b" " * (size - 4)


def numbered(whole: bytes, number: int) -> bytes:
    """The picture that the page makes of `whole` as its `number`th."""
    return whole[:6] + str(number).zfill(8).encode() + whole[14:]


def hashes(whole: bytes, count: int) -> set[str]:
    return {hashlib.sha256(numbered(whole, n)).hexdigest() for n in range(count)}


def bundle() -> str:
    """The outbox as one module that a page can import."""
    out = ROOT / ".local" / "measure" / "outbox.js"
    words = ["src/outbox/index.ts", "--file", out, "--format", "esm", "--platform", "browser"]
    log = ROOT / ".local" / "log" / "measure-outbox.log"
    inline = ["--inlineDynamicImports"]
    run(["node_modules/.bin/rolldown", *words, *inline], log=log, what="Bundling the outbox", cwd=ROOT / "pwa")
    return out.read_text()


async def offer(context: BrowserContext, module: str, whole: bytes) -> None:
    """Let the context's pages import the module and fetch the picture, from nowhere on the network."""

    async def give_module(route: Route) -> None:
        await route.fulfill(body=module, content_type="text/javascript")

    async def give_picture(route: Route) -> None:
        await route.fulfill(body=whole, content_type="image/jpeg")

    await context.route(f"**{OUTBOX}", give_module)
    await context.route(f"**{PICTURE}", give_picture)


async def fill(page: Page, reports: int, each: int, owner: str | None, said: Callable[[str], None]) -> None:
    """Put `reports` with `each` photos into the page's outbox, without network, as a shift without signal does."""
    facts = await page.evaluate(
        """async () => {
          const [config, catalogue] = await Promise.all(['config', 'catalogue'].map(async (name) =>
            (await fetch(`/api/v1/${name}`)).json()));
          return { consent: config.consent.version, category: catalogue.classes[0].code };
        }"""
    )
    await page.evaluate(FILL, {"reports": reports, "each": each, "owner": owner, **facts})
    await page.context.set_offline(True)
    said(f"{reports} reports × {each} photos")
    await page.evaluate("() => window.fill()")
