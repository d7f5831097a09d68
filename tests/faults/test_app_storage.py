"""The phone's own storage: full, taken away, disconnected, of an older version, very much of it."""

import base64
import json
import time
from hashlib import sha256
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from backend.core.clock import uuid7
from tests.faults.app import UNDO_S, App, new_app
from tests.faults.conftest import SEEDS, Judge
from tests.faults.phone import manifest, photo
from tests.faults.world import World, until

QUOTA = "Storage.overrideQuotaForOrigin"


FULL_AT_SEND = """
  const add = IDBObjectStore.prototype.add;
  IDBObjectStore.prototype.add = function (...all) {
    if (window.__full && this.name === 'items') throw new DOMException('no room', 'QuotaExceededError');
    return add.apply(this, all);
  };
"""


@pytest.mark.row(32)
async def test_a_full_phone_says_so_before_it_says_saved_and_keeps_what_it_has(
    world: World, browser: Browser, judge: Judge
) -> None:
    app = await new_app(world, browser)
    await app.context.add_init_script(FULL_AT_SEND)
    session = await app.context.new_cdp_session(app.page)
    # Before anything is written: the browser looks at the quota seldom.
    await session.send(QUOTA, {"origin": world.address, "quotaSize": 3_000_000})
    await app.open()
    await expect(app.camera()).to_be_attached()
    await app.report()
    trouble = app.page.get_by_role("alert").filter(has_text="没有存下").first
    kept = 0
    while not await trouble.count():  # in the end this phone is full
        assert kept < 9, "3 MB hold no nine photos of 560 kB"
        await app.camera().set_input_files([app.file(560)])
        shown = app.page.get_by_alt_text(f"照片 {kept + 1}，共 {kept + 1} 张")
        await expect(shown.or_(trouble).first).to_be_visible()
        kept += 1
    await expect(trouble).to_be_visible()
    disk = await app.disk()
    assert len(disk.items) == 1, "the earlier report is not intact"  # waiting, or already delivered
    for draft in disk.drafts:
        assert len(disk.photos_of(draft["id"])) == len([row for row in disk.photos if row["item_id"] == draft["id"]])
    # A phone without any room cannot note what it sends: somebody makes room first, here by giving up the draft.
    await app.page.get_by_role("button", name="不要了").click()
    await app.skip(UNDO_S)
    await app.delivered()
    await judge(app)
    await app.close()


@pytest.mark.row(32)
async def test_a_phone_that_is_full_at_send_keeps_the_draft_and_sends_it_later(
    world: World, browser: Browser, judge: Judge
) -> None:
    app = await new_app(world, browser)
    await app.context.add_init_script(FULL_AT_SEND)
    await app.first_open()
    await app.report()
    await app.take()
    await app.choose()
    await app.page.evaluate("() => { window.__full = true; }")
    await app.page.get_by_role("button", name="发送", exact=True).click()
    await expect(app.page.get_by_role("alert").filter(has_text="没有存下").first).to_be_visible()
    disk = await app.disk()
    assert (len(disk.items), len(disk.drafts)) == (1, 1), "it says not saved"
    await app.page.evaluate("() => { window.__full = false; }")
    await app.send()
    await app.skip(UNDO_S)
    await app.delivered()
    assert len(app.promises) == 2
    await judge(app)
    await app.close()


@pytest.mark.row(33)
async def test_an_eviction_of_everything_is_told_with_the_number_of_unsent_reports(world: World, app: App) -> None:
    await app.installed()
    await app.context.set_offline(True)
    for _ in range(2):
        await app.report()
    await app.open("/outbox")
    await app.page.close()
    await app.context.set_offline(False)
    page = await app.context.new_page()
    session = await app.context.new_cdp_session(page)
    kinds = "indexeddb,local_storage,cache_storage,service_workers,file_systems,websql"  # not cookies: they stay
    await session.send("Storage.clearDataForOrigin", {"origin": world.address, "storageTypes": kinds})
    app.page = page
    await app.open()
    lost = page.get_by_role("alert").filter(has_text="浏览器删掉了本应用存在这台手机上的内容")
    await expect(lost).to_contain_text("2 件没发出")
    await lost.get_by_role("button", name="知道了").click()
    await expect(lost).to_have_count(0)
    await page.reload()
    await expect(app.camera()).to_be_attached()
    await expect(lost).to_have_count(0)


CONNECTIONS = """
  const opened = window.__connections = [];
  const open = IDBFactory.prototype.open;
  IDBFactory.prototype.open = function (...all) {
    const asked = open.apply(this, all);
    asked.addEventListener('success', () => opened.push(asked.result));
    return asked;
  };
"""
SEVER = "() => { for (const db of window.__connections) db.close(); }"
"""As WebKit does it to pages in the background: the next operation raises InvalidStateError."""

FIRST_FAILS = """
  let left = 2;
  const start = IDBDatabase.prototype.transaction;
  IDBDatabase.prototype.transaction = function (...all) {
    if (left-- > 0) throw new DOMException('Connection to Indexed Database server lost.', 'UnknownError');
    return start.apply(this, all);
  };
"""


@pytest.mark.row(34)
@pytest.mark.parametrize("how", ["severed", "first operations fail"])
async def test_a_lost_connection_to_the_storage_is_opened_again_and_nothing_is_lost(
    world: World, browser: Browser, judge: Judge, how: str
) -> None:
    app = await new_app(world, browser)
    await app.context.add_init_script(CONNECTIONS if how == "severed" else FIRST_FAILS)
    await app.first_open()
    sever = how == "severed"
    for _ in range(2):
        if sever:
            await app.page.evaluate(SEVER)
        await app.take(photos=2)
        if sever:
            await app.page.evaluate(SEVER)
        await app.choose()
        if sever:
            await app.page.evaluate(SEVER)
        await app.send()
    if sever:
        await app.page.evaluate(SEVER)
    await app.skip(UNDO_S)
    await app.delivered()
    assert [len(promise.photos) for promise in app.promises] == [2, 2]
    await judge(app)
    await app.close()


SEED = """async ({ version, stores, rows }) => {
  await new Promise((resolve) => { indexedDB.deleteDatabase('capture').onsuccess = resolve; });
  const db = await new Promise((resolve, reject) => {
    const ask = indexedDB.open('capture', version);
    ask.onupgradeneeded = () => {
      for (const [name, [key, ...indexes]] of Object.entries(stores)) {
        const store = ask.result.createObjectStore(name, { keyPath: key });
        for (const index of indexes) store.createIndex(index, index);
      }
    };
    ask.onsuccess = () => resolve(ask.result);
    ask.onerror = () => reject(ask.error);
  });
  for (const [table, all] of Object.entries(rows)) {
    const change = db.transaction(table, 'readwrite');
    for (const row of all) {
      if (typeof row.bytes === 'string') row.bytes = Uint8Array.from(atob(row.bytes), (c) => c.charCodeAt(0)).buffer;
      change.objectStore(table).put(row);
    }
    await new Promise((resolve, reject) => {
      change.oncomplete = resolve;
      change.onerror = () => reject(change.error);
    });
  }
  db.close();
}"""

FIRST_VERSION = {
    "drafts": ["id", "kind", "updated_at"], "items": ["id", "state", "subject", "created_at"],
    "photos": ["id", "item_id"], "bytes": ["photo_id"], "thumbs": ["photo_id"], "meta": ["key"],
}  # fmt: skip
"""The tables of the first app that went out (Dexie's version 1 is IndexedDB's 10)."""


def seeded(app: App, reports: int, photos: int, kilobytes: int = 8) -> dict[str, list[dict[str, Any]]]:
    """Rows as the first app left them: frozen reports in the outbox, none of them sent."""
    rows: dict[str, list[dict[str, Any]]] = {"items": [], "photos": [], "bytes": []}
    for number in range(reports):
        report, now = str(uuid7()), int(time.time() * 1000) - 60_000 + number
        bodies = {str(uuid7()): photo(app.chance, kilobytes) for _ in range(photos)}
        payload = json.dumps({
            "schema_version": 1, "id": report, "captured_by": None, "category": "E0110", "condition": None,
            "description": "", "location": None, "captured_at_device": "2026-11-24T10:00:00.000+08:00",
            "clock_offset_ms": 0, "consent": app.world.consent, "photos": manifest(bodies),
        })  # fmt: skip
        rows["items"].append({
            "id": report, "kind": "report", "subject": None, "action": None, "owner": None, "state": "queued",
            "payload": payload, "payload_sha256": sha256(payload.encode()).hexdigest(), "created_at": now,
            "attempts": 3, "attempted_at": now, "next_attempt_at": now, "undo": None,
            "last_error": {"status": 0, "code": "offline", "detail": "", "at": now},
            "receipt": None, "delivered_at": None, "checked_at": None,
        })  # fmt: skip
        for entry in manifest(bodies):
            rows["photos"].append({**entry, "item_id": report, "state": "queued", "reason": None})
            body = base64.b64encode(bodies[entry["id"]]).decode()
            rows["bytes"].append({"photo_id": entry["id"], "bytes": body})
    return rows


@pytest.mark.row(11)
async def test_the_outbox_of_the_first_app_version_is_sent_by_this_one(
    world: World, browser: Browser, judge: Judge
) -> None:
    app = await new_app(world, browser)
    await app.open("/health/live")  # a page of this address that is not the app
    rows = seeded(app, reports=3, photos=2)
    await app.page.evaluate(SEED, {"version": 10, "stores": FIRST_VERSION, "rows": rows})
    await app.open()
    await app.delivered()
    assert {promise.id for promise in app.promises} == {item["id"] for item in rows["items"]}
    await judge(app)
    await app.close()


@pytest.mark.row(46)
async def test_five_hundred_photos_in_the_outbox_are_listed_without_being_loaded(
    world: World, browser: Browser, judge: Judge
) -> None:
    app = await new_app(world, browser)
    await app.open("/health/live")
    rows = seeded(app, reports=56, photos=9, kilobytes=2)
    await app.page.evaluate(SEED, {"version": 10, "stores": FIRST_VERSION, "rows": rows})
    fault = world.proxy.set("http", "PUT", status=503, retry_after=100_000)
    await app.open("/outbox")
    await expect(app.page.get_by_text("没发出的 56 件")).to_be_visible()
    await until(lambda: fault.met, "the sending waits")
    session = await app.context.new_cdp_session(app.page)
    await session.send("HeapProfiler.collectGarbage")
    heap = (await session.send("Runtime.getHeapUsage"))["usedSize"]
    assert heap < 150e6, f"{heap / 1e6:.0f} MB"
    world.proxy.lift()
    if SEEDS:  # a minute of sending
        await app.page.get_by_role("button", name="现在发送").click()
        await app.delivered(within=900)
        await judge(app)
    await app.close()
