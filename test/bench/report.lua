-- For wrk: the log-in comes by the environment, since everybody can read a command line; the figures go out as JSON, in microseconds.
wrk.headers["Authorization"] = os.getenv("BENCH_AUTHORIZATION")
-- As browsers ask. Flower never compresses; nginx does.
wrk.headers["Accept-Encoding"] = "gzip, deflate, br"

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests":%d,"microseconds":%d,"p50":%d,"p99":%d,"bytes":%d,"errors":%d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), summary.bytes,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
