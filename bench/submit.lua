-- Every request is a new submission with its own Idempotency-Key.
package.path = (debug.getinfo(1, "S").source:match("@(.*/)") or "./") .. "?.lua;" .. package.path
require("common")

local body = os.getenv("BODY")
local run = os.getenv("RUN")
local count = 0
local headers = { ["Authorization"] = "Bearer " .. os.getenv("TOKEN"), ["Content-Type"] = "application/json" }

function request()
  count = count + 1
  headers["Idempotency-Key"] = run .. "-" .. id .. "-" .. count
  return wrk.format("POST", "/api/v1/applications", headers, body)
end

function response(status)
  if status ~= 201 then bad = bad + 1 end
end
