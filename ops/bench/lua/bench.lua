-- Shared by the scripts: every thread counts its wrong answers, and the figures go to $BENCH_OUT as JSON.
local bench = {}
local threads = {}

function bench.setup(thread)
  table.insert(threads, thread)
  thread:set("number", #threads)
end

-- Counts answers of another status than `wanted` and keeps the first of them to show it; with `enough` the thread
-- stops after so many answers.
function bench.watch(wanted, enough)
  wrong, first = 0, ""
  local answered = 0
  return function(status, headers, body)
    answered = answered + 1
    if answered == enough then wrk.thread:stop() end
    if status ~= wanted then
      if wrong == 0 then first = status .. " " .. body:sub(1, 300) end
      wrong = wrong + 1
    end
  end
end

function bench.done(summary, latency)
  local wrong, first = 0, ""
  for _, thread in ipairs(threads) do
    wrong = wrong + thread:get("wrong")
    if first == "" then first = thread:get("first") end
  end
  local e = summary.errors
  local lost = e.connect + e.read + e.write + e.timeout
  local out = assert(io.open(os.getenv("BENCH_OUT"), "w"))
  out:write(string.format('{"answered": %d, "seconds": %.6f, "wrong": %d, "first": "%s"',
    summary.requests, summary.duration / 1e6, wrong + lost, (first:gsub('[^%w %p]', " "):gsub('[\\"]', "'"))))
  for _, p in ipairs({50, 95, 99}) do
    out:write(string.format(', "p%d_ms": %.3f', p, latency:percentile(p) / 1e3))
  end
  out:write("}\n")
  out:close()
end

return bench
