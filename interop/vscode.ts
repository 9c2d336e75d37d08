import { chromium } from 'playwright-core'
import { chromiumFlags, chromiumPath } from '../tests/support/chromium.ts'
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
    const origin = await serveWorkbench(run, folder, contentOf(extension))
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

/** Returns what the server has beside the page: the workspace, and the extension. */
function contentOf(extension: ReadonlyMap<string, Uint8Array>): Map<string, string | Uint8Array> {
  const manifest: unknown = JSON.parse(new TextDecoder().decode(extension.get('package.json')))
  return new Map<string, string | Uint8Array>([
    ['/files.json', JSON.stringify(FILES)],
    ['/extension.json', JSON.stringify({ manifest, paths: [...extension.keys()] })],
    ...[...extension].map(([path, content]) => [`/extension/${path}`, content] as const),
  ])
}
