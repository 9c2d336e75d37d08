;; Opens orders.iap with the recipe in the file named by IAP_RECIPE, and prints what its user sees, as one JSON object after `SEEN `.
(require 'package)
(package-initialize)
(require 'eglot)
(require 'flymake)
(require 'json)
(load (getenv "IAP_RECIPE"))

(defun iap-wait (test)
  "Return what TEST returns, once it is not nil; an error after a minute."
  (let ((end (+ (float-time) 60)) found)
    (while (and (not (setq found (funcall test))) (< (float-time) end)) (accept-process-output nil 0.05))
    (or found (error "nothing came for a minute"))))

(defun iap-at (text)
  "Move to the end of the first TEXT."
  (goto-char (point-min))
  (search-forward text))

(defun iap-ask (method) (jsonrpc-request (eglot--current-server-or-lose) method (eglot--TextDocumentPositionParams)))

(find-file "orders.iap")
(font-lock-ensure)
(let ((mode (symbol-name major-mode))
      (color (symbol-name (get-text-property 1 'face)))
      diagnostics hover definition completions renamed formatted commented)
  ;; What `eglot-ensure` of the recipe does once a command has ended, of which there is none without a terminal.
  (apply #'eglot--connect (eglot--guess-contact))
  (iap-wait #'eglot-managed-p)
  (flymake-start)
  (setq diagnostics
        (mapcar (lambda (one) (list (line-number-at-pos (flymake-diagnostic-beg one)) (flymake-diagnostic-text one)))
                (iap-wait #'flymake-diagnostics)))
  (iap-at "to     mana")
  (setq hover (plist-get (plist-get (iap-ask :textDocument/hover) :contents) :value)
        definition (xref-location-line (xref-item-location (car (xref-backend-definitions 'eglot "manager"))))
        completions (let* ((found (iap-ask :textDocument/completion)) (items (if (vectorp found) found (plist-get found :items))))
                      (mapcar (lambda (item) (plist-get item :label)) items)))
  (eglot-rename "head")
  (setq renamed (buffer-string))
  (eglot-format-buffer)
  (setq formatted (buffer-string))
  (goto-char (point-min))
  (comment-region (point) (line-end-position))
  (goto-char (point-min))
  (setq commented (buffer-substring (point) (line-end-position)))
  (princ (concat "SEEN "
                 (json-encode `((mode . ,mode) (color . ,color) (diagnostics . ,(vconcat diagnostics)) (hover . ,hover)
                                (definition . ,definition) (completions . ,(vconcat completions)) (renamed . ,renamed)
                                (formatted . ,formatted) (commented . ,commented)))
                 "\n")))
