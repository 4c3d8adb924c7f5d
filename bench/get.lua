-- GET the paths in PATHS (separated by spaces) in turn, with TOKEN where there is one.
package.path = (debug.getinfo(1, "S").source:match("@(.*/)") or "./") .. "?.lua;" .. package.path
require("common")

local paths = {}
for path in string.gmatch(os.getenv("PATHS") or "/", "%S+") do table.insert(paths, path) end
local headers = {}
if os.getenv("TOKEN") then headers["Authorization"] = "Bearer " .. os.getenv("TOKEN") end
local at = 0

function request()
  at = at % #paths + 1
  return wrk.format("GET", paths[at], headers)
end

function response(status)
  if status ~= 200 then bad = bad + 1 end
end
