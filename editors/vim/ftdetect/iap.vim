autocmd BufNewFile,BufRead *.iap setfiletype iap
