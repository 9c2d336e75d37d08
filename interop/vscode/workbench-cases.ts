import { equal, match } from 'node:assert/strict'
import type { Workbench } from './workbench.ts'

type Case = readonly [name: string, body: (workbench: Workbench) => Promise<void>]

const URI = "workbench.Uri.file('/workspace/orders.iap')"

/** Cases in their order: a later one uses what an earlier one has opened. */
export const workbenchCases: readonly Case[] = [
  [
    'the grammar colors a policy',
    async (workbench) => {
      await workbench.openFile('orders.iap')
      const color = async (text: string) => {
        const span = workbench.page
          .locator('.view-line span[class^=mtk]', { hasText: new RegExp(`^\\s*${text.replaceAll(' ', '\\s')}`) })
          .first()
        await span.waitFor()
        return await span.evaluate((element) => getComputedStyle(element).color)
      }
      const plain = await workbench.page
        .locator('.view-lines')
        .first()
        .evaluate((element) => getComputedStyle(element).color)
      const [comment, keyword, text] = [
        await color('// What may be done with orders\\.'),
        await color('permit'),
        await color('"/orders/'),
      ]
      equal(new Set([plain, comment, keyword, text]).size, 4, `${plain}, ${comment}, ${keyword}, ${text}`)
    },
  ],
  [
    'the extension activates and starts the language server',
    async (workbench) => {
      await workbench.until(
        "return (await workbench.commands.getCommands()).includes('iap.emittedJavaScript')",
        null,
        'the server has no commands',
      )
    },
  ],
  [
    'diagnostics show',
    async (workbench) => {
      const found = await workbench.until<string>(
        `return workbench.languages.getDiagnostics(${URI}).map(({ message, code }) => (code.value ?? code) + ' ' + message)[0]`,
        null,
        'there is no diagnostic',
      )
      match(found, /^IAP\d{4} .*`undeclared`/)
      await workbench.openFile('orders.iap', 'undeclared > 5')
      await workbench.page.locator('.squiggly-error').first().waitFor({ state: 'attached' })
      await workbench.command('workbench.actions.view.problems')
      await workbench.page.locator('.markers-panel', { hasText: 'undeclared' }).first().waitFor()
    },
  ],
  [
    'hover shows',
    async (workbench) => {
      await workbench.command('workbench.action.closePanel')
      await workbench.openFile('orders.iap', 'manager of staff')
      await workbench.command('editor.action.showHover')
      await workbench.page.locator('.monaco-hover', { hasText: 'manager' }).first().waitFor()
    },
  ],
  [
    'completion shows names and snippets',
    async (workbench) => {
      const labels = await workbench.evaluate<readonly string[]>(
        `const list = await workbench.commands.executeCommand('vscode.executeCompletionItemProvider', ${URI}, new workbench.Position(1, 0))
         return list.items.map(({ label }) => label.label ?? label)`,
      )
      equal(labels.includes('permit-when'), true, labels.join(', '))
      await workbench.openFile('orders.iap', 'refund\n  to   manager')
      await workbench.command('editor.action.triggerSuggest')
      await workbench.page.locator('.suggest-widget .monaco-list-row', { hasText: 'refund' }).first().waitFor()
    },
  ],
  [
    'a snippet is inserted, and its first place is selected',
    async (workbench) => {
      await workbench.page.keyboard.press('Escape')
      const before = await workbench.text()
      await workbench.openFile('orders.iap', '\nidentity staff')
      await workbench.command('editor.action.insertSnippet', { langId: 'iap', name: 'Forbid' })
      match(await workbench.text(), /forbid archive_is_closed\n {2}on {6}orders\.read\n {2}when/)
      const selected = await workbench.evaluate(
        'const e = workbench.window.activeTextEditor; return e.document.getText(e.selection)',
      )
      equal(selected, 'archive_is_closed')
      await workbench.page.keyboard.press('Escape')
      await workbench.command('undo')
      equal(await workbench.text(), before)
    },
  ],
  [
    'the language configuration comments a line',
    async (workbench) => {
      await workbench.openFile('orders.iap', 'label money')
      await workbench.command('editor.action.commentLine')
      match(await workbench.text(), /\n\/\/ label money\n/)
      await workbench.command('undo')
    },
  ],
  [
    'an edit that corrects the policy ends its diagnostics',
    async (workbench) => {
      await workbench.evaluate(
        `const { document } = workbench.window.activeTextEditor
         const start = document.positionAt(document.getText().indexOf('undeclared'))
         const edit = new workbench.WorkspaceEdit()
         edit.replace(document.uri, new workbench.Range(start, start.translate(0, 'undeclared'.length)), 'params.id')
         await workbench.workspace.applyEdit(edit)`,
      )
      const gone = `return !workbench.languages.getDiagnostics(${URI}).some(({ severity }) => severity === 0)`
      await workbench.until(gone, null, 'there is still an error')
    },
  ],
  [
    'tests run in the Test Explorer, and a failure shows at its line',
    async (workbench) => {
      const { page } = workbench
      await workbench.command('workbench.view.testing.focus')
      // The second file is not open: the server knows it as the client has sent it.
      for (const hasText of ['orders.iap', 'refunds.test.iap'])
        await page.locator('.test-explorer .monaco-list-row', { hasText }).first().waitFor()
      await workbench.command('testing.runAll')
      await page.locator('.test-explorer .codicon-testing-failed-icon').first().waitFor()
      await workbench.command('workbench.action.closePanel')
      await workbench.openFile('orders.iap', 'test "Strangers')
      await page.locator('.editor-instance .codicon-testing-passed-icon').first().waitFor()
      await page.locator('.editor-instance .codicon-testing-failed-icon').first().waitFor()
      await page
        .locator('.editor-instance', { hasText: /expected permit/ })
        .first()
        .waitFor()
    },
  ],
  [
    'the emitted JavaScript shows beside the policy',
    async (workbench) => {
      await workbench.openFile('orders.iap')
      await workbench.command('iap.showEmittedJavaScript')
      match(await shownText(workbench, '/orders.iap.js'), /decide\$orders\$read/)
    },
  ],
  [
    'a request is decided',
    async (workbench) => {
      const { page } = workbench
      await workbench.openFile('orders.iap')
      const decided = workbench.command('iap.decideRequest')
      const input = page.locator('.quick-input-widget input[type=text]').first()
      await input.fill('[1]')
      await page.locator('.quick-input-widget', { hasText: 'Expected a JSON object' }).waitFor()
      await input.fill('{ "method": "GET", "url": "https://orders.example/orders/7" }')
      await page.keyboard.press('Enter')
      await decided
      match(await shownText(workbench, '/Decision.txt'), /unauthenticated {2}on orders\.read/)
    },
  ],
  [
    'the access matrix shows, filters, and loads nothing',
    async (workbench) => {
      await workbench.openFile('orders.iap')
      await workbench.command('iap.previewMatrix')
      const outer = workbench.page.frameLocator('iframe.webview').first()
      const frame = outer.frameLocator('iframe').first()
      await frame.getByRole('heading', { name: 'Who can do what' }).waitFor()
      // The script of the page ran: it shows the form.
      await frame.locator('#filters').waitFor({ state: 'visible' })
      const policies = await frame
        .locator('meta[http-equiv]')
        .evaluateAll((all) => all.map((each) => each.getAttribute('content')))
      equal(policies.length, 2)
      equal(policies[0]?.includes("default-src 'none'"), true)
      const loaded = await frame.locator('body').evaluate(() =>
        fetch('/files.json').then(
          () => true,
          () => false,
        ),
      )
      equal(loaded, false)
    },
  ],
]

/** Returns the text of a document with a result, once it is there. */
function shownText(workbench: Workbench, path: string): Promise<string> {
  return workbench.until(
    `const documents = workbench.window.visibleTextEditors.map(({ document }) => document)
     return documents.find(({ uri }) => uri.scheme === 'iap-view' && uri.path === words)?.getText()`,
    path,
    `there is no document ${path}`,
  )
}
