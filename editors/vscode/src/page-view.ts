import { type Disposable, ViewColumn, type WebviewPanel, window } from 'vscode'

/**
 * Policy for pages that `iap` writes. A page has a stricter one of its own, which names its script and its style by digest; both
 * apply. This one makes sure that no page loads or sends anything, whichever program wrote it.
 */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-src 'none'"

/** A webview beside the editor for a page without resources, such as the access matrix. */
export class PageView implements Disposable {
  #panel: WebviewPanel | undefined

  /** Shows a page in place of an earlier one. @throws Error if the text is not a page */
  show(title: string, html: string): void {
    const page = withPolicy(html)
    if (this.#panel === undefined) {
      this.#panel = window.createWebviewPanel('iap.page', title, ViewColumn.Beside, {
        enableScripts: true,
        enableForms: true,
        localResourceRoots: [],
      })
      this.#panel.onDidDispose(() => {
        this.#panel = undefined
      })
    }
    this.#panel.title = title
    this.#panel.webview.html = page
    this.#panel.reveal(undefined, true)
  }

  dispose(): void {
    this.#panel?.dispose()
  }
}

function withPolicy(html: string): string {
  const start = /^\s*<!doctype html>\s*<html[^>]*>\s*<head>/i.exec(html)?.[0]
  if (start === undefined) throw new Error('expected an HTML page with a head')
  return `${start}\n<meta http-equiv="Content-Security-Policy" content="${POLICY}">${html.slice(start.length)}`
}
