-- Asks iap about each request, by its listener with `protocol: forward-auth` and `original: x-forwarded`.
--
--   http-request set-var(txn.iap_scheme) ssl_fc,iif(https,http)
--   http-request lua.iap 127.0.0.1:9003
--   http-request deny deny_status 503 unless { var(txn.iap) -m str permitted }
--
-- HAProxy goes on with the next rule after an error in Lua. So a request may pass only if `txn.iap` is `permitted`, which is set
-- last. `txn.iap` is else `refused`, or says why there is no decision.

-- Milliseconds. Longer than the timeouts of `listen checks` together: HAProxy's client repeats a request that timed out.
local TIMEOUT = 15000

-- Lines of the client's headers. HAProxy before April 2026 writes those of its client into a table of `tune.http.maxhdr` entries
-- (101) on the stack, and does not look where it ends. The check adds up to ten.
local MOST_LINES = 88

-- Of the connection, or of the check itself.
local OF_CHECK = {
  ['connection'] = true, ['content-length'] = true, ['expect'] = true, ['host'] = true, ['keep-alive'] = true,
  ['proxy-connection'] = true, ['te'] = true, ['trailer'] = true, ['transfer-encoding'] = true,
}

-- Headers of a permit that are not for the service.
local OF_ANSWER = {
  ['cache-control'] = true, ['connection'] = true, ['content-length'] = true, ['date'] = true, ['keep-alive'] = true,
  ['transfer-encoding'] = true, ['x-iap-remove'] = true,
}

-- Headers of a permit for the client.
local FOR_CLIENT = {
  ['access-control-allow-credentials'] = true, ['access-control-allow-origin'] = true,
  ['access-control-expose-headers'] = true, ['ratelimit'] = true, ['ratelimit-policy'] = true, ['vary'] = true,
}

-- The service gets these from the permit alone.
local REPLACED = { 'authorization', 'cookie', 'dpop', 'x-api-key', 'x-iap-assertion', 'x-iap-request-id' }

-- Returns the lines of a header from 1. HAProxy counts them from 0.
local function lines_of(values)
  local lines = {}
  if values ~= nil then
    for at = 0, #values do lines[at + 1] = values[at] end
  end
  return lines
end

-- Returns the only line of a header; nil if it has none or several.
local function only(values)
  local lines = lines_of(values)
  if #lines == 1 and lines[1] ~= '' then return lines[1] end
  return nil
end

-- Returns the body if it is whole. HAProxy knows its length only from `Content-Length`.
local function body_of(txn, headers)
  local length = only(headers['content-length'])
  if length == nil or length == '0' then return nil end
  local body = txn.f:req_body()
  if body == nil or #body ~= tonumber(length) then return nil end
  return body
end

-- Returns the headers of a check, or nil and why it cannot be made.
local function check_of(txn, headers)
  local check, count = {}, 0
  for name, values in pairs(headers) do
    if not OF_CHECK[name] then
      check[name] = lines_of(values)
      count = count + #check[name]
    end
  end
  if count > MOST_LINES then return nil, 'too many header lines' end
  check['x-forwarded-method'] = { txn.f:method() }
  check['x-forwarded-proto'] = { txn:get_var('txn.iap_scheme') }
  check['x-forwarded-host'] = lines_of(headers['host'])
  check['x-forwarded-uri'] = { txn.f:pathq() }
  check['x-forwarded-for'] = { tostring(txn.f:src()) }
  -- HAProxy's client adds these two, if they are missing. `listen checks` removes them again.
  local absent = {}
  for _, name in ipairs({ 'accept', 'user-agent' }) do
    if check[name] == nil then absent[#absent + 1] = name end
  end
  if #absent > 0 then check['x-iap-absent'] = { table.concat(absent, ',') } end
  return check
end

-- Returns the lower-case names of the headers that must not reach the service.
local function removed_by(permit)
  local names = {}
  for _, line in ipairs(lines_of(permit['x-iap-remove'])) do
    for name in line:gmatch('[^,%s]+') do names[#names + 1] = name:lower() end
  end
  for _, name in ipairs(REPLACED) do
    if permit[name] == nil then names[#names + 1] = name end
  end
  return names
end

-- Returns whether the request now has exactly these lines of a header. HAProxy does not say that it had no room for one.
local function has_lines(headers, name, lines)
  local now = lines_of(headers[name])
  for at = 1, math.max(#now, #lines) do
    if now[at] ~= lines[at] then return false end
  end
  return true
end

-- Changes the request as the permit says. Returns why that failed; else nil.
local function apply(txn, permit)
  local wanted, for_client = {}, {}
  for _, name in ipairs(removed_by(permit)) do wanted[name] = {} end
  for name, values in pairs(permit) do
    if FOR_CLIENT[name] then
      for_client[name] = lines_of(values)
    elseif not OF_ANSWER[name] then
      wanted[name] = lines_of(values)
    end
  end
  for name, lines in pairs(wanted) do
    txn.http:req_del_header(name)
    for _, line in ipairs(lines) do txn.http:req_add_header(name, line) end
  end
  local headers = txn.http:req_get_headers()
  for name, lines in pairs(wanted) do
    if not has_lines(headers, name, lines) then return 'no room for a header of the permit' end
  end
  txn:set_priv(for_client)
  return nil
end

-- Returns the refusal as the response to the client. A body that was cut, or has no room in a buffer, is left out.
local function refusal_of(answer, is_head)
  local headers, size = {}, 0
  for name, values in pairs(answer.headers) do
    if not OF_CHECK[name] then
      headers[name] = lines_of(values)
      for _, line in ipairs(headers[name]) do size = size + #name + #line + 16 end
    end
  end
  local length = tonumber(only(answer.headers['content-length']) or '')
  local body = answer.body
  if is_head or length ~= #body or size + length > 24576 then body = '' end
  return { status = answer.status, headers = headers, body = body }
end

local function ask(txn, checks)
  txn:set_priv({})
  local headers = txn.http:req_get_headers()
  local check, fault = check_of(txn, headers)
  if check == nil then
    txn:set_var('txn.iap', fault)
    txn:done({ status = 431, headers = { ['cache-control'] = { 'no-store' } } })
  end
  local body = body_of(txn, headers)
  if body ~= nil then check['content-length'] = { tostring(#body) } end
  local client = core.httpclient()
  local request = { url = 'http://iap/', dst = checks, headers = check, body = body, timeout = TIMEOUT }
  local answer
  if body == nil then answer = client:get(request) else answer = client:post(request) end
  -- HAProxy itself answers for iap with a status, too: 503 if nothing listens, 504 after a timeout.
  local id = only(answer.headers['x-iap-request-id'])
  if id == nil then return txn:set_var('txn.iap', 'no decision: status ' .. answer.status) end
  txn:set_var('txn.iap_request_id', id)
  if answer.status == 200 and only(answer.headers['x-iap-assertion']) ~= nil then
    txn:set_var('txn.iap', apply(txn, answer.headers) or 'permitted')
  elseif answer.status >= 300 and answer.status <= 599 then
    txn:set_var('txn.iap', 'refused')
    txn:done(refusal_of(answer, txn.f:method() == 'HEAD'))
  else
    txn:set_var('txn.iap', 'no decision: status ' .. answer.status)
  end
end

core.register_action('iap', { 'http-req' }, ask, 1)

-- Adds what the permit has for the client, such as what is left of a limit.
core.register_action('iap-response', { 'http-res' }, function(txn)
  for name, lines in pairs(txn:get_priv() or {}) do
    if name ~= 'vary' then txn.http:res_del_header(name) end
    for _, line in ipairs(lines) do txn.http:res_add_header(name, line) end
  end
end)
