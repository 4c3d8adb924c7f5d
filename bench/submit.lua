-- wrk: every request is a new submission with its own Idempotency-Key.
local body = '{"item":"992014046000","answers":{"reason":"lost","agent":"self"},"form":{"name":"刘晓燕","id_number":"11010519491231002X","phone":"19900000001","address":"云江区滨河路88号","bank":"same","financial":"yes"}}'
local run = os.getenv("RUN") or tostring(os.time())
local thread_count = 0
local bad = 0

function setup(thread)
  thread:set("id", thread_count)
  thread_count = thread_count + 1
end

function init(args)
  count = 0
  headers = {
    ["Authorization"] = "Bearer " .. os.getenv("TOKEN"),
    ["Content-Type"] = "application/json",
  }
end

function request()
  count = count + 1
  headers["Idempotency-Key"] = run .. "-" .. id .. "-" .. count
  return wrk.format("POST", "/api/v1/applications", headers, body)
end

function response(status)
  if status ~= 201 then
    bad = bad + 1
    if bad < 4 then print("status " .. status) end
  end
end
