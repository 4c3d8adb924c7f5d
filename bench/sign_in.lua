-- Every request is somebody who signs in by password: a new session each time.
package.path = (debug.getinfo(1, "S").source:match("@(.*/)") or "./") .. "?.lua;" .. package.path
require("common")

local names = {}
for name in string.gmatch(os.getenv("NAMES"), "%S+") do table.insert(names, name) end
local token = string.rep("b", 32)
local headers = { ["Cookie"] = "csrftoken=" .. token, ["Content-Type"] = "application/x-www-form-urlencoded" }
local at = 0

function request()
  at = at % #names + 1
  local body = "csrfmiddlewaretoken=" .. token .. "&username=" .. names[at] .. "&password=" .. os.getenv("PASSWORD")
  return wrk.format("POST", "/login", headers, body)
end

function response(status)
  if status ~= 302 then bad = bad + 1 end
end
