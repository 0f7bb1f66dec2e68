-- wrk: send the prepared requests of $BENCH_REQUESTS one after another, each once, then stop.
-- A line of the file: method, path, headers as name=value pairs joined by \x1f, body; joined by \t.
local ffi = require("ffi")
ffi.cdef("typedef struct { long s; long us; } bench_time; int gettimeofday(bench_time *, void *); "
  .. "int getpid(void); int kill(int, int);")
local requests, sent, threads = {}, 0, {}

local function now()
  local time = ffi.new("bench_time")
  ffi.C.gettimeofday(time, nil)
  return tonumber(time.s) * 1e6 + tonumber(time.us)
end

local function split(text, mark)
  local parts, from = {}, 1
  while true do
    local at = string.find(text, mark, from, true)
    if not at then
      parts[#parts + 1] = string.sub(text, from)
      return parts
    end
    parts[#parts + 1] = string.sub(text, from, at - 1)
    from = at + #mark
  end
end

function setup(thread)
  threads[#threads + 1] = thread
end

function init(_)
  for line in io.lines(os.getenv("BENCH_REQUESTS")) do
    local method, path, headers, body = unpack(split(line, "\t"))
    local named = {}
    for _, pair in ipairs(split(headers, "\31")) do
      local name, value = string.match(pair, "^([^=]+)=(.*)$")
      if name then named[name] = value end
    end
    requests[#requests + 1] = wrk.format(method, path, named, body ~= "" and body or nil)
  end
  answered, failed, began, ended = 0, 0, 0, 0
end

function request()
  if sent == 0 then began = now() end
  sent = sent + 1
  return requests[(sent - 1) % #requests + 1]
end

function response(status, _, _)
  answered, ended = answered + 1, now()
  if status ~= 200 then failed = failed + 1 end
  -- an interrupt ends the run; stopping the thread alone would leave wrk asleep until its time is over
  if answered >= #requests then ffi.C.kill(ffi.C.getpid(), 2) end
end

function done(_, latency, _)
  local failures, count, spent = 0, 0, 0
  for _, thread in ipairs(threads) do
    failures, count = failures + thread:get("failed"), count + thread:get("answered")
    spent = math.max(spent, thread:get("ended") - thread:get("began"))
  end
  io.write(string.format("BENCH %d %d %d %d %d %d\n", count, spent, latency:percentile(50),
    latency:percentile(99), latency.max, failures))
end
