import { spawnSync } from 'node:child_process'
import { iap } from './support/build.ts'
import { goInstall } from './support/go-install.ts'
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
  },
}
