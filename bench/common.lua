-- What every script shares: count answers that are not as expected, print one line that bench/load.py reads.
local threads = {}

function setup(thread)
  thread:set("id", #threads)
  thread:set("bad", 0)
  table.insert(threads, thread)
end

function done(summary, latency)
  local bad = 0
  for _, thread in ipairs(threads) do bad = bad + thread:get("bad") end
  io.write(string.format("RESULT requests=%d p50=%.1f p95=%.1f bad=%d\n",
    summary.requests, latency:percentile(50) / 1000, latency:percentile(95) / 1000, bad))
end
