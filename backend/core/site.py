"""The PWA's files, read once and served from memory; every page of the app answers with its index.html."""

import asyncio
import gzip
import json
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any, TypeVar

import structlog
from litestar import Request, Response, Router, get
from litestar.datastructures import State
from litestar.params import FromPath

from backend.core.errors import NotFound

T = TypeVar("T")
log = structlog.get_logger()
PICTURES_S = 1.0
PACKED = "packed_once"
"""Route option: what answers here is compressed already or must not be (the service worker did not start)."""
SERVER_PATHS = ("api/", "m/", "schema", "health/", "open311/")
MIME = {".webmanifest": "application/manifest+json", ".js": "text/javascript", ".mjs": "text/javascript"}
CSP = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self'; worker-src 'self' blob:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"
)


@dataclass(frozen=True)
class Asset:
    body: bytes
    packed: bytes | None
    mime: str
    etag: str


@dataclass(frozen=True)
class Opened:
    """A page that people open from cold: the beginning of its path, what the app then loads (pwa/src/router.ts), and
    what stands there until it runs (pwa/public/shell)."""

    start: str
    parts: tuple[str, ...]
    shell: str


START = ("src/engine.ts", "src/start.ts")
TEXTS = "src/i18n/zh/more.ts"
STORAGE = "storage"  # by the name that the build gives this part (pwa/vite.config.ts)
OPENED = (
    Opened("t/", ("src/features/track/TrackPage.vue", TEXTS), "track"),
    Opened("tasks", ("src/features/queue/TasksPage.vue", TEXTS, STORAGE), "tasks"),
    Opened("", ("src/features/report/CapturePage.vue", STORAGE), "capture"),
)
SHOT = b'<main class="page-main">'
"""Where a tracking page's first picture is put: seen before any script runs."""
ROOM = b'<div id="app"></div>'
"""Where the app will stand; of the index that the service worker keeps it stays empty."""


class Site:
    """Files of one folder by their path relative to it; `links` are the headers by which a page's parts come early,
    `pages` the index with what is seen before the app runs.

    `demo`: the page says so of itself, so that its strip stands there from the first paint and pushes nothing down.
    """

    def __init__(self, folder: Path | None, *, demo: bool = False) -> None:
        self.links = {} if folder is None else _links(folder / ".vite" / "manifest.json")
        self.assets = (
            {}
            if folder is None
            else {path.relative_to(folder).as_posix(): _asset(path) for path in folder.rglob("*") if path.is_file()}
        )
        if demo and (index := self.assets.get("index.html")):
            self.assets["index.html"] = _asset_of(index.body.replace(b"<html ", b"<html data-demo ", 1), index.mime)
        self.pages = {opened.start: page for opened in OPENED if (page := self._page(opened.shell))}

    def _page(self, shell: str) -> Asset | None:
        index, inner = self.assets.get("index.html"), self.assets.pop(f"shell/{shell}.html", None)
        if index is None or inner is None:
            return None
        return _asset_of(index.body.replace(ROOM, b'<div id="app">' + inner.body.strip() + b"</div>", 1), index.mime)

    def find(self, path: str) -> Asset | None:
        return self.assets.get(path)

    def page(self, path: str) -> Asset | None:
        """The index for the app's page of this path."""
        return _of_path(self.pages, path) or self.find("index.html")

    def link(self, path: str) -> str | None:
        """The Link header for the app's page of this path: its parts are fetched beside the first script, not after."""
        return _of_path(self.links, path)


def _of_path(known: Mapping[str, T], path: str) -> T | None:
    return next((known[start] for start in known if path == start or (start and path.startswith(start))), None)


def _links(manifest: Path) -> dict[str, str]:
    """From the build's own list of its parts; without one nothing is said, and everything comes a little later."""
    if not manifest.exists():
        return {}
    parts: dict[str, dict[str, Any]] = json.loads(manifest.read_text())

    named = {part.get("name"): key for key, part in parts.items() if key.startswith("_")}

    def needs(name: str, found: dict[str, None]) -> dict[str, None]:
        for other in (name, *parts.get(name, {}).get("imports", [])):
            if other in parts and other not in found:
                found[other] = None
                needs(other, found)
        return found

    first = needs("index.html", {})  # these index.html itself names; all the rest comes of START
    links = {}
    for opened in OPENED:
        wanted = [
            part
            for name in (*START, *opened.parts)
            for part in needs(named.get(name, name), dict(first))
            if part not in first
        ]
        scripts = [f"</{parts[part]['file']}>; rel=modulepreload" for part in dict.fromkeys(wanted)]
        sheets = [css for part in dict.fromkeys(wanted) for css in parts[part].get("css", [])]
        links[opened.start] = ", ".join(
            [
                *(f"</{css}>; rel=preload; as=style; crossorigin; fetchpriority=low" for css in dict.fromkeys(sheets)),
                *scripts,
            ]
        )
    return {start: link for start, link in links.items() if link}


def _asset(path: Path) -> Asset:
    mime = MIME.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if not mime.startswith("text/") and ("json" in mime or "svg" in mime):
        mime += "; charset=utf-8"  # of text Litestar says it itself
    return _asset_of(path.read_bytes(), mime)


def _asset_of(body: bytes, mime: str) -> Asset:
    packed = None
    if mime.startswith("text/") or "json" in mime or "svg" in mime:
        small = gzip.compress(body, 9)
        packed = small if len(small) < len(body) else None
    return Asset(body, packed, mime, f'"{sha256(body).hexdigest()[:20]}"')


def answer(request: Request[Any, Any, Any], asset: Asset, headers: dict[str, str]) -> Response[bytes]:
    """The asset, gzipped where the browser takes it, or 304 where it has it."""
    headers = {**headers, "ETag": asset.etag, "Vary": "Accept-Encoding"}
    if asset.etag in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers, media_type=asset.mime)
    if asset.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(asset.packed, headers={**headers, "Content-Encoding": "gzip"}, media_type=asset.mime)
    return Response(asset.body, headers=headers, media_type=asset.mime)


@get("/", operation_id="getStart", include_in_schema=False)
async def get_start(request: Request[Any, Any, Any], state: State) -> Response[bytes]:
    """The app. Anybody."""
    return await _page(request, state, "")


@get("/{path:path}", operation_id="getPage", include_in_schema=False)
async def get_page(request: Request[Any, Any, Any], state: State, path: FromPath[str]) -> Response[bytes]:
    """A file of the PWA, or its index.html for every page of it. Anybody."""
    return await _page(request, state, path.lstrip("/"))


async def _page(request: Request[Any, Any, Any], state: State, name: str) -> Response[bytes]:
    if name.startswith(SERVER_PATHS):
        raise NotFound()
    site: Site = state.site
    found = site.find(name) if name else None
    if found is not None:
        immutable = name.startswith("assets/")
        cache = "public, max-age=31536000, immutable" if immutable else "no-cache"
        return answer(request, found, {"Cache-Control": cache})
    index = site.page(name)
    if index is None or "." in name.rpartition("/")[2]:
        raise NotFound()
    headers = {"Cache-Control": "no-cache", "Content-Security-Policy": CSP}
    links = [link] if (link := site.link(name)) else []
    if name.startswith("t/"):
        headers |= {"X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"}
        pictures = await _pictures(state, name.removeprefix("t/"))
        links += [f"<{address}>; rel=preload; as=image; fetchpriority=high" for address in pictures]
        if pictures:
            index = _with_picture(index, pictures[0])
    if links:
        headers |= {"Link": ", ".join(links)}
    return answer(request, index, headers)


async def _pictures(state: State, public_ref: str) -> list[str]:
    """What the tracking page shows first. The page itself never waits for a database that does not answer, nor fails
    with it."""
    try:
        async with asyncio.timeout(PICTURES_S), state.reading() as session:
            found: list[str] = await state.first_pictures(session, public_ref)
    except Exception as error:
        log.info("page_without_pictures", error=str(error))
        return []
    return found


def _with_picture(index: Asset, address: str) -> Asset:
    """The page with its first picture in it, where the app will show the same one."""
    shot = f'<div class="shot"><img src="{escape(address)}" alt="" fetchpriority="high"></div>'.encode()
    return _asset_of(index.body.replace(SHOT, SHOT + shot, 1), index.mime)


@get("/icons/{name:str}", operation_id="getIcon", include_in_schema=False)
async def get_icon(request: Request[Any, Any, Any], state: State, name: FromPath[str]) -> Response[bytes]:
    """The drawing of a class or condition: district data, so not part of the app. Anybody."""
    icons: Site = state.icons
    found = icons.find(name) or icons.find("other.svg")
    if found is None or not name.endswith(".svg"):
        raise NotFound()
    headers = {
        "Cache-Control": "public, max-age=86400",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    }
    return answer(request, found, headers)


router = Router("/", route_handlers=[get_start, get_page, get_icon], opt={PACKED: True})
