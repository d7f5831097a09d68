-- PUT /api/v1/reports/{id} as a phone sends it (contract.md, "A report"): two photos announced, a fix in the district,
-- the Content-Digest of these very bytes. Every request is a new report of one of PHONES phones.
local bench = require("bench")
local ffi = require("ffi")
ffi.cdef [[
  typedef struct { long sec; long nsec; } bench_time;
  int clock_gettime(int clock, bench_time *out);
  unsigned char *SHA256(const unsigned char *data, size_t size, unsigned char *out);
  int EVP_EncodeBlock(unsigned char *out, const unsigned char *data, int size);
]]
-- wrk speaks TLS, so OpenSSL is in the process already.
local C = ffi.C
setup, done = bench.setup, bench.done

local west, south = tonumber(os.getenv("BENCH_WEST")), tonumber(os.getenv("BENCH_SOUTH"))
local width, height = tonumber(os.getenv("BENCH_WIDTH")), tonumber(os.getenv("BENCH_HEIGHT"))
local phones = tonumber(os.getenv("BENCH_PHONES"))
local classes = {"E0101", "E0204", "E0305", "E0502", "C0101", "C0203", "C0404", "E0403"}
local now, digest, packed = ffi.new("bench_time"), ffi.new("unsigned char[32]"), ffi.new("unsigned char[48]")

function init(args)
  response = bench.watch(201, tonumber(os.getenv("BENCH_REQUESTS")))
  made = 0
  C.clock_gettime(0, now)
  math.randomseed(number * 1000003 + tonumber(now.sec) % 1000000 * 31 + tonumber(now.nsec) % 1000)
end

-- A UUID of version 7: milliseconds, then the thread and a counter in place of chance, so that no two are alike.
local function uuid7()
  C.clock_gettime(0, now)
  local ms = tonumber(now.sec) * 1000 + math.floor(tonumber(now.nsec) / 1000000)
  made = made + 1
  return string.format("%08x-%04x-7%03x-%04x-%04x%08x", math.floor(ms / 65536), ms % 65536, math.random(0, 4095),
    0x8000 + number, math.random(0, 65535), made)
end

local photo = '{"id": "%s", "seq": %d, "sha256": "%s", "size": 350000, "mime": "image/jpeg", "width": 1920, '
  .. '"height": 1440, "taken_at": "%s", "exif": {"lon": null, "lat": null, "taken_at": null, "orientation": 1}}'
local report = '{"schema_version": 1, "captured_by": null, "category": "%s", "condition": null, "description": "", '
  .. '"location": {"lon": %.6f, "lat": %.6f, "accuracy_m": 8.0, "fix_at": "%s", "source": "gps", "age_s": 1.0}, '
  .. '"captured_at_device": "%s", "clock_offset_ms": 0, "consent": "2026-11", "photos": [%s, %s]}'

function request()
  local id, at = uuid7(), os.date("!%Y-%m-%dT%H:%M:%S.000Z")
  local hash = string.rep("%08x", 8):format(made, number, 2, 3, 4, 5, 6, 7)
  local body = report:format(classes[math.random(#classes)], west + math.random() * width,
    south + math.random() * height, at, at, photo:format(uuid7(), 1, hash, at), photo:format(uuid7(), 2, hash, at))
  C.SHA256(body, #body, digest)
  local size = C.EVP_EncodeBlock(packed, digest, 32)
  return wrk.format("PUT", "/api/v1/reports/" .. id, {
    ["Authorization"] = "Bearer phone-" .. math.random(phones),
    ["Content-Type"] = "application/json",
    ["Content-Digest"] = "sha-256=:" .. ffi.string(packed, size) .. ":",
    ["X-Client"] = "bench",
    ["Accept-Encoding"] = "gzip",
  }, body)
end
