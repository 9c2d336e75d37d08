import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { chromiumFlags, chromiumPath } from '../tests/support/chromium.ts'
import { iap } from './support/build.ts'
import type { InteropRun } from './support/interop-run.ts'
import { root } from './support/root.ts'
import type { Suite } from './support/suite.ts'
import { buildWorkbench } from './vscode/build-workbench.ts'
import { packageExtension } from './vscode/package-extension.ts'
import { FILES } from './vscode/sample-files.ts'
import { serveWorkbench } from './vscode/serve-workbench.ts'
import { Workbench } from './vscode/workbench.ts'
import { workbenchCases } from './vscode/workbench-cases.ts'

/** Packs the extension, and loads the package in VS Code's workbench in Chromium. With `SCREENSHOTS=FOLDER`, it saves what it sees. */
export const vscode: Suite = {
  summary: "the packed VS Code extension in VS Code's workbench in Chromium",
  async run(run) {
    const extension = await packageExtension(run)
    const folder = await buildWorkbench(run)
    const origin = await serveWorkbench(run, folder, await contentOf(run, extension))
    const browser = await chromium.launch({ executablePath: chromiumPath(), args: [...chromiumFlags] })
    run.defer(() => browser.close())
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } })
    page.setDefaultTimeout(60_000)
    const workbench = await Workbench.open(page, origin)
    for (const [name, body] of workbenchCases) {
      await run.check(name, () => body(workbench))
      await workbench.screenshot(name)
    }
    await run.check('nothing is asked of other servers', () => workbench.expectOwnRequests())
  },
}

/** Returns what the server has beside the page: the workspace, the extension, and an access matrix. */
export async function contentOf(
  run: InteropRun,
  extension: ReadonlyMap<string, Uint8Array>,
): Promise<Map<string, string | Uint8Array>> {
  const files = new Map(extension)
  const stub = join(root, 'interop/vscode/stub-server.mjs')
  if (!files.has('language-server.worker.js')) {
    run.say('the extension has no language server for browsers: a stub answers')
    files.set('language-server.worker.js', readFileSync(stub))
  }
  const matrix = await run.exec(process.execPath, [iap, 'matrix', join(root, 'examples/shop/policies'), '--format', 'html'])
  const manifest: unknown = JSON.parse(new TextDecoder().decode(files.get('package.json')))
  return new Map<string, string | Uint8Array>([
    ['/files.json', JSON.stringify(FILES)],
    ['/matrix.html', matrix.output],
    ['/extension.json', JSON.stringify({ manifest, paths: [...files.keys()] })],
    ...[...files].map(([path, content]) => [`/extension/${path}`, content] as const),
  ])
}
