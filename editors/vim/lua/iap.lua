-- Starts `iap lsp` for policies and for `iap.yaml`, in Neovim 0.7 to 0.10. From 0.11 on, use `vim.lsp.enable('iap')` instead.
local M = {}

-- Clients of Neovim 0.7, by the root of their project. Later versions keep this list themselves.
local clients = {}

-- Returns the folder of the project: the nearest one with `iap.json`, `iap.yaml` or `.git`, else the folder of the file.
local function root_of(file)
  local folder = vim.fn.fnamemodify(file, ':p:h')
  for _, name in ipairs({ 'iap.json', 'iap.yaml' }) do
    local found = vim.fn.findfile(name, vim.fn.escape(folder, ' ') .. ';')
    if found ~= '' then
      return vim.fn.fnamemodify(found, ':p:h')
    end
  end
  local git = vim.fn.finddir('.git', vim.fn.escape(folder, ' ') .. ';')
  return git == '' and folder or vim.fn.fnamemodify(git, ':p:h:h')
end

local function attach(buffer, config)
  local file = vim.api.nvim_buf_get_name(buffer)
  if file == '' then
    return
  end
  local root = root_of(file)
  local options = vim.tbl_extend('force', { name = 'iap', cmd = { 'iap', 'lsp', '--stdio' }, root_dir = root }, config)
  if vim.lsp.start then
    vim.api.nvim_buf_call(buffer, function()
      vim.lsp.start(options)
    end)
    return
  end
  if not clients[root] or vim.lsp.client_is_stopped(clients[root]) then
    clients[root] = vim.lsp.start_client(options)
  end
  if clients[root] then
    vim.lsp.buf_attach_client(buffer, clients[root])
  end
end

--- Starts the language server with each policy that is opened. Call it from `init.lua`.
-- @param config options of `vim.lsp.start_client`, such as `cmd` and `on_attach`
function M.setup(config)
  local group = vim.api.nvim_create_augroup('iap', { clear = true })
  local start = function(event)
    attach(event.buf, config or {})
  end
  vim.api.nvim_create_autocmd('FileType', { group = group, pattern = 'iap', callback = start })
  vim.api.nvim_create_autocmd('BufReadPost', { group = group, pattern = 'iap.yaml', callback = start })
end

return M
