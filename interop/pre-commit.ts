import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { iap } from './support/build.ts'
import { root } from './support/root.ts'
import type { Suite } from './support/suite.ts'

const VERSION = '4.3.0'

export const preCommit: Suite = {
  summary:
    'pre-commit, which runs the hooks of `.pre-commit-hooks.yaml` and those that `iap init --ci pre-commit` writes (needs python3)',
  async run(run) {
    const at = (...parts: string[]) => join(run.scratch, ...parts)
    mkdirSync(at('bin'))
    writeFileSync(at('bin/iap'), `#!/bin/sh\nexec '${process.execPath}' '${iap}' "$@"\n`)
    chmodSync(at('bin/iap'), 0o755)
    const env = {
      ...process.env,
      PATH: `${at('bin')}:${at('venv/bin')}:${process.env.PATH}`,
      PRE_COMMIT_HOME: at('home'),
      ...{ GIT_AUTHOR_NAME: 'ann', GIT_AUTHOR_EMAIL: 'ann@shop.example', GIT_CONFIG_GLOBAL: '/dev/null' },
      ...{ GIT_COMMITTER_NAME: 'ann', GIT_COMMITTER_EMAIL: 'ann@shop.example' },
    }
    const attempt = (cwd: string, command: string, ...words: string[]) => run.exec(command, words, { cwd, env })
    const execute = async (cwd: string, command: string, ...words: string[]) => {
      const { code, output } = await attempt(cwd, command, ...words)
      if (code !== 0) throw new Error(`${command} ${words.join(' ')} ended with exit code ${code}: ${output}`)
      return output.trim()
    }
    await execute(run.scratch, 'python3', '-m', 'venv', at('venv'))
    await execute(run.scratch, at('venv/bin/pip'), 'install', '--quiet', `pre-commit==${VERSION}`)
    run.say(await execute(run.scratch, 'pre-commit', '--version'))

    // The repository of hooks, as a clone of this one is for pre-commit.
    mkdirSync(at('hooks'))
    cpSync(`${root}.pre-commit-hooks.yaml`, at('hooks/.pre-commit-hooks.yaml'))
    const commit = async (cwd: string) => {
      await execute(cwd, 'git', 'add', '.')
      await execute(cwd, 'git', 'commit', '-q', '-m', 'files')
    }
    await execute(at('hooks'), 'git', 'init', '-q')
    await commit(at('hooks'))
    const rev = await execute(at('hooks'), 'git', 'rev-parse', 'HEAD')

    const hooks = ['iap-fmt', 'iap-check', 'iap-test']
    const shared = `repos:\n  - repo: ${at('hooks')}\n    rev: ${rev}\n    hooks: [${hooks.map((id) => `{ id: ${id} }`).join(', ')}]\n`
    for (const [name, config] of [
      ['hooks of the repository', shared],
      ['hooks of `iap init`', null],
    ] as const)
      await run.part(`pre-commit-${config === null ? 'init' : 'hooks'}`, async (part) => {
        const cwd = part.scratch
        await execute(cwd, 'iap', 'init', '.', ...(config === null ? ['--ci', 'pre-commit'] : []))
        if (config !== null) writeFileSync(join(cwd, '.pre-commit-config.yaml'), config)
        await execute(cwd, 'git', 'init', '-q')
        await execute(cwd, 'git', 'add', '.')
        await execute(cwd, 'pre-commit', 'install')
        await execute(cwd, 'pre-commit', 'validate-config')
        await part.check(`${name}: a project passes`, () => commit(cwd))

        const file = join(cwd, 'policies/hello.iap')
        const text = readFileSync(file, 'utf8')
        const refused = async (hook: string, edited: string, path = file) => {
          writeFileSync(path, edited)
          await execute(cwd, 'git', 'add', '.')
          const { code, output } = await attempt(cwd, 'git', 'commit', '-q', '-m', 'an edit')
          await execute(cwd, 'git', 'reset', '-q', '--hard')
          const failed = [...output.matchAll(/^- hook id: (\S+)/gm)].map(([, id]) => id)
          if (code === 0 || !failed.includes(hook)) throw new Error(`exit code ${code}: ${output}`)
        }
        await part.check(`${name}: a format is refused`, () => refused('iap-fmt', text.replace('  to anyone', '     to anyone')))
        await part.check(`${name}: an error is refused`, () => refused('iap-check', text.replace('to anyone', 'to anyoen')))
        await part.check(`${name}: a test that fails is refused`, () => refused('iap-test', text.replace('<= 40', '<= 50')))
        await part.check(`${name}: a name like a flag is a file`, () => refused('iap-check', 'permit', join(cwd, '--fix.iap')))
      })
    await run.check('the manifest of hooks is valid', () =>
      execute(run.scratch, 'pre-commit', 'validate-manifest', `${root}.pre-commit-hooks.yaml`),
    )
  },
}
