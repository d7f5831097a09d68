-- GET /api/v1/queue: the first page of fifty, as the member's phone asks for it.
local bench = require("bench")
setup, done = bench.setup, bench.done

function init(args)
  response = bench.watch(200)
  asked = wrk.format("GET", "/api/v1/queue?limit=50", {
    ["Cookie"] = "xuncheng_session=" .. os.getenv("BENCH_SESSION"),
    ["X-Client"] = "bench",
    ["Accept-Encoding"] = "gzip",
  })
end

function request()
  return asked
end
