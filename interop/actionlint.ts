import { equal } from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { iap } from './support/build.ts'
import { goInstall } from './support/go-install.ts'
import { root } from './support/root.ts'
import type { Suite } from './support/suite.ts'

const VERSION = 'v1.7.7'
const OWN = '.github/workflows'

/** Checks workflows by `actionlint`: our own, each as one case, and the workflow and action that `iap init` writes for others. */
export const actionlint: Suite = {
  summary: 'actionlint on our workflows of GitHub Actions, and on those that `iap init --ci github` writes',
  async run(run) {
    const [program = ''] = await goInstall(run, ['github.com/rhysd/actionlint/cmd/actionlint'], VERSION)
    for (const name of readdirSync(join(root, OWN)).filter((file) => /\.ya?ml$/.test(file))) {
      // With `shellcheck` on the machine it checks the scripts, too.
      const words = ['-no-color', join(root, OWN, name)]
      await run.check(`${OWN}/${name}`, async () => equal((await run.exec(program, words)).output, ''))
    }
    await run.check('the workflow and the action of `iap init --ci github`', async () => {
      for (const [command, words] of [
        [process.execPath, [iap, 'init', '.', '--ci', 'github']],
        ['git', ['init', '-q']],
        [program, ['-no-color']],
      ] as const) {
        const { code, output } = await run.exec(command, words)
        if (code !== 0) throw new Error(`${command} ended with exit code ${code}: ${output}`)
      }
    })
  },
}
