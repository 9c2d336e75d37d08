-- Read by `vim.lsp.enable('iap')`, Neovim 0.11 and later.
return {
  cmd = { 'iap', 'lsp', '--stdio' },
  filetypes = { 'iap' },
  root_markers = { 'iap.json', 'iap.yaml', '.git' },
}
