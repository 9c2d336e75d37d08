import { deepEqual } from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'

/** Milliseconds for what appears on the screen, on a machine that does other work. */
const PATIENCE = 60_000

/** VS Code's workbench in a page, driven by VS Code's own API. */
export class Workbench {
  readonly page: Page
  readonly #origin: string
  readonly #foreign: string[] = []
  #shots = 0

  private constructor(page: Page, origin: string) {
    this.page = page
    this.#origin = origin
    page.on('request', (request) => {
      const url = new URL(request.url())
      if (url.protocol.startsWith('http') && url.origin !== origin) this.#foreign.push(request.url())
    })
  }

  /** Opens the page. Resolves when the workbench has read the extension. @throws Error with the page's own errors if it does not */
  static async open(page: Page, origin: string): Promise<Workbench> {
    const errors: string[] = []
    page.on('pageerror', (error) => errors.push(error.message))
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
    const workbench = new Workbench(page, origin)
    await page.goto(origin)
    await page
      .waitForFunction(() => 'workbench' in window, null, { timeout: PATIENCE })
      .catch((error: Error) => {
        throw new Error(`the workbench did not start: ${error.message}: ${errors.slice(0, 10).join('; ')}`)
      })
    return workbench
  }

  /** Opens a file of the workspace, with the cursor at the first occurrence of a text. */
  async openFile(path: string, at = ''): Promise<void> {
    await this.evaluate(
      `const document = await workbench.workspace.openTextDocument(workbench.Uri.file('/workspace/' + words.path))
       const editor = await workbench.window.showTextDocument(document)
       const place = document.positionAt(document.getText().indexOf(words.at))
       editor.selection = new workbench.Selection(place, place)
       editor.revealRange(editor.selection, workbench.TextEditorRevealType.InCenter)`,
      { path, at },
    )
    await this.page.locator('.editor-instance .view-line').first().waitFor()
  }

  /** Runs statements with VS Code's API as `workbench` and the arguments as `words`. Returns what they return. */
  async evaluate<T>(statements: string, words: unknown = null): Promise<T> {
    return (await this.page.evaluate(
      ([code, given]) =>
        new Function('workbench', 'words', `return (async () => { ${code} })()`)(Reflect.get(window, 'workbench'), given),
      [statements, words] as const,
    )) as T
  }

  /** Runs a command of VS Code. Returns its result if that is data. */
  command<T>(name: string, ...words: readonly unknown[]): Promise<T> {
    return this.evaluate<T>('return await workbench.commands.executeCommand(words.name, ...words.words)', { name, words })
  }

  /** Evaluates statements until they return something else than false, null or undefined. @throws Error with `message` after a minute */
  async until<T>(statements: string, words: unknown, message: string): Promise<T> {
    for (const end = Date.now() + PATIENCE; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 100))) {
      const found = await this.evaluate<T | null | undefined | false>(statements, words)
      if (found !== null && found !== undefined && found !== false) return found
    }
    throw new Error(message)
  }

  /** Text of the document in the active editor. */
  text(): Promise<string> {
    return this.evaluate('return workbench.window.activeTextEditor?.document.getText() ?? ""')
  }

  /** Saves a picture of the page in the folder `SCREENSHOTS`, if that is set. */
  async screenshot(name: string): Promise<void> {
    const folder = process.env.SCREENSHOTS
    if (folder === undefined) return
    mkdirSync(folder, { recursive: true })
    const number = String(++this.#shots).padStart(2, '0')
    await this.page.screenshot({ path: join(folder, `${number}-${name.replaceAll(/\W+/g, '-')}.png`) })
  }

  expectOwnRequests(): void {
    deepEqual(this.#foreign, [], `of ${this.#origin}`)
  }
}
