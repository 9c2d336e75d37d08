import { spawnSync } from 'node:child_process'
import { iap } from './support/build.ts'
import { goInstall } from './support/go-install.ts'
import { equal } from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { goInstall } from './support/go-install.ts'
import { root } from './support/root.ts'
import type { Suite } from './support/suite.ts'

const VERSION = 'v1.7.7'

export const actionlint: Suite = {
  summary:
    'actionlint, which reads the workflow and the action that `iap init --ci github` writes (needs go if it is not on PATH)',
  async run(run) {
    const isThere = spawnSync('actionlint', ['-version']).status === 0
    const [program = 'actionlint'] = isThere ? [] : await goInstall(run, ['github.com/rhysd/actionlint/cmd/actionlint'], VERSION)
    const execute = async (command: string, words: readonly string[]) => {
      const { code, output } = await run.exec(command, words)
      if (code !== 0) throw new Error(`${command} ended with exit code ${code}: ${output}`)
    }
    await execute(process.execPath, [iap, 'init', '.', '--ci', 'github'])
    await execute('git', ['init', '-q'])
    await run.check('the workflow, and what it gives to the action, are valid', () => execute(program, ['-no-color']))
/** Folders with workflows: our own, and those that `iap init` writes for others. */
const FOLDERS = ['.github/workflows']

/** Checks the workflows by `actionlint`, each as one case. */
export const actionlint: Suite = {
  summary: 'actionlint on the workflows of GitHub Actions',
  async run(run) {
    const [program = ''] = await goInstall(run, ['github.com/rhysd/actionlint/cmd/actionlint'], VERSION)
    for (const folder of FOLDERS) {
      for (const name of readdirSync(join(root, folder)).filter((file) => /\.ya?ml$/.test(file))) {
        // With `shellcheck` on the machine it checks the scripts, too.
        const words = ['-no-color', join(root, folder, name)]
        await run.check(`${folder}/${name}`, async () => equal((await run.exec(program, words)).output, ''))
      }
    }
  },
}
