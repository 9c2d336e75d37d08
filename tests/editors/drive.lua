-- Run by `neovim.test.ts` in Neovim: opens the policy in $IAP_POLICY, uses the language server on it, and writes what it got as JSON to $IAP_RESULT.
-- Every wait ends when something has happened, or after $IAP_PATIENCE milliseconds.
local patience = tonumber(vim.env.IAP_PATIENCE)
local result = { messages = {} }

local function finish(failure)
  result.failure = failure
  vim.fn.writefile({ vim.fn.json_encode(result) }, vim.env.IAP_RESULT)
  vim.cmd('qall!')
end

local function wait(what, condition)
  if not vim.wait(patience, condition, 10) then
    error(what .. ' did not come')
  end
end

local function text()
  return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n') .. '\n'
end

-- Moves the cursor behind the first occurrence of a text.
local function cursor_behind(words)
  vim.fn.cursor(1, 1)
  assert(vim.fn.search('\\V' .. words, 'ceW') > 0, 'the policy lacks ' .. words)
end

local function request(method, change)
  local parameters = vim.lsp.util.make_position_params()
  for key, value in pairs(change or {}) do
    parameters[key] = value
  end
  local answers, failure = vim.lsp.buf_request_sync(0, method, parameters, patience)
  assert(answers, method .. ': ' .. tostring(failure))
  for _, answer in pairs(answers) do
    assert(not answer.err, method .. ': ' .. vim.inspect(answer.err))
    return answer.result
  end
  error(method .. ': no server answered')
end

local function drive()
  require('iap').setup({ cmd = vim.fn.json_decode(vim.env.IAP_COMMAND) })
  vim.cmd('edit ' .. vim.fn.fnameescape(vim.env.IAP_POLICY))
  result.filetype = vim.bo.filetype
  result.comment = vim.bo.commentstring
  vim.fn.cursor(1, 1)
  vim.fn.search('^permit')
  result.color = vim.fn.synIDattr(vim.fn.synID(vim.fn.line('.'), 1, 1), 'name')

  wait('a diagnostic', function()
    return #vim.diagnostic.get(0) > 0
  end)
  result.diagnostics = vim.tbl_map(function(each)
    return { line = each.lnum + 1, message = each.message, severity = each.severity, code = each.user_data.lsp.code }
  end, vim.diagnostic.get(0))

  cursor_behind('role manager')
  result.hover = vim.lsp.util.convert_input_to_markdown_lines(request('textDocument/hover').contents)

  vim.fn.search('^  on   orders.', 'ceW')
  local position = vim.lsp.util.make_position_params().position
  position.character = position.character + 1
  local completion = request('textDocument/completion', { position = position })
  result.completion = vim.tbl_map(function(item)
    return item.label
  end, completion.items or completion)

  vim.cmd('%s/undeclared > 5/params.id > 5/')
  wait('an end of diagnostics', function()
    return #vim.diagnostic.get(0, { severity = vim.diagnostic.severity.ERROR }) == 0
  end)

  cursor_behind('role manager')
  local before = text()
  vim.lsp.buf.rename('chief')
  wait('the new name', function()
    return text() ~= before
  end)
  result.renamed = text()

  vim.lsp.buf.formatting_sync(nil, patience)
  result.formatted = text()

  local clients = vim.lsp.get_active_clients()
  vim.lsp.stop_client(clients)
  wait('the end of the server', function()
    return #vim.lsp.get_active_clients() == 0
  end)
end

local fine, failure = pcall(drive)
finish(not fine and tostring(failure) or nil)
