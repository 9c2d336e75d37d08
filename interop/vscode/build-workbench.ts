import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { InteropRun } from '../support/interop-run.ts'
import { root } from '../support/root.ts'

/** The newest version that has all services of this list. */
const VERSION = '36.2.7'
const VITE = 'vite@8.4.0'

const SERVICES = [
  ...['configuration', 'dialogs', 'explorer', 'extensions', 'files', 'keybindings', 'languages', 'lifecycle', 'log', 'markers'],
  ...['model', 'notifications', 'output', 'quickaccess', 'search', 'snippets', 'storage', 'testing', 'textmate', 'theme'],
  ...['view-status-bar', 'view-title-bar', 'workbench'],
]

/** Installs VS Code's workbench for browsers into the scratch folder, and bundles the page of the run. Returns the folder of the page. */
export async function buildWorkbench(run: InteropRun): Promise<string> {
  const folder = join(run.scratch, 'workbench')
  mkdirSync(folder)
  const page = join(root, 'interop/vscode/page')
  for (const name of readdirSync(page)) copyFileSync(join(page, name), join(folder, name))
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n')
  const packages = [
    VITE,
    `@codingame/monaco-vscode-api@${VERSION}`,
    `monaco-editor@npm:@codingame/monaco-vscode-editor-api@${VERSION}`,
    `vscode@npm:@codingame/monaco-vscode-extension-api@${VERSION}`,
    `@codingame/monaco-vscode-theme-defaults-default-extension@${VERSION}`,
    ...SERVICES.map((name) => `@codingame/monaco-vscode-${name}-service-override@${VERSION}`),
  ]
  run.say(`npm install ${packages.length} packages, VS Code's workbench ${VERSION}`)
  await exec('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--engine-strict=false', ...packages])
  await exec(join(folder, 'node_modules/.bin/vite'), ['build', '--logLevel', 'warn'])
  return join(folder, 'dist')

  async function exec(command: string, words: readonly string[]): Promise<void> {
    const { code, output } = await run.exec(command, words, { cwd: folder })
    if (code !== 0) throw new Error(`${command} ${words[0]} ended with exit code ${code}: ${output.slice(-2000)}`)
  }
}
