-- submit → accept → decide → read, one call after another on each of the connections of a thread.
package.path = (debug.getinfo(1, "S").source:match("@(.*/)") or "./") .. "?.lua;" .. package.path
require("common")

local body, run, count = os.getenv("BODY"), os.getenv("RUN"), 0
local function head(token) return { ["Authorization"] = "Bearer " .. os.getenv(token), ["Content-Type"] = "application/json" } end
local citizen, clerk, decider = head("TOKEN"), head("ACCEPTOR"), head("DECIDER")
-- Answers name the case they are about; what is next for it waits here. Connections are alike, so order doesn't matter.
local accept, decide, read = {}, {}, {}

function request()
  if #read > 0 then return wrk.format("GET", "/api/v1/applications/" .. table.remove(read), citizen) end
  if #decide > 0 then return wrk.format("POST", "/api/v1/applications/" .. table.remove(decide) .. "/decision", decider, '{"granted":true}') end
  if #accept > 0 then return wrk.format("POST", "/api/v1/applications/" .. table.remove(accept) .. "/acceptance", clerk, "{}") end
  count = count + 1
  citizen["Idempotency-Key"] = run .. "-" .. id .. "-" .. count
  return wrk.format("POST", "/api/v1/applications", citizen, body)
end

function response(status, headers, answer)
  if status ~= 201 and status ~= 200 then bad = bad + 1 return end
  local number, state = answer:match('"number": ?"(%w+)"'), answer:match('"state": ?"(%w+)"')
  if status == 201 and state == "submitted" then table.insert(accept, number)
  elseif status == 201 and state == "accepted" then table.insert(decide, number)
  elseif status == 201 and state == "granted" then table.insert(read, number) end
end
