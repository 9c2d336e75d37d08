import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { iap } from './support/build.ts'
import { root } from './support/root.ts'
import type { Suite } from './support/suite.ts'

/** It has the schemas of GitLab and GitHub in it. */
const VERSION = '0.39.0'

/** File that `iap init --ci` writes, the schema that it must match, and an edit that the schema refuses. */
const CASES = [
  ['gitlab', '.gitlab-ci.yml', 'gitlab-ci', ['interruptible: true', 'interruptible: maybe']],
  ['github', '.github/workflows/policy.yml', 'github-workflows', ['runs-on:', 'run-on:']],
  ['github', '.github/actions/iap/action.yml', 'github-actions', ['using: composite', 'using: script']],
] as const

export const ciSchemas: Suite = {
  summary: 'what `iap init --ci` writes, by the JSON Schemas of GitLab CI and GitHub Actions (needs python3)',
  async run(run) {
    const at = (...parts: string[]) => join(run.scratch, ...parts)
    const must = async (command: string, ...words: string[]) => {
      const { code, output } = await run.exec(command, words)
      if (code !== 0) throw new Error(`${command} ${words.join(' ')} ended with exit code ${code}: ${output}`)
      return output.trim()
    }
    await must('python3', '-m', 'venv', at('venv'))
    await must(at('venv/bin/pip'), 'install', '--quiet', `check-jsonschema==${VERSION}`)
    run.say(await must(at('venv/bin/check-jsonschema'), '--version'))
    const check = (schema: string, file: string) => {
      // GitLab's `!reference` is no tag of YAML.
      const transform = schema === 'gitlab-ci' ? ['--data-transform', 'gitlab-ci'] : []
      return run.exec(at('venv/bin/check-jsonschema'), ['--builtin-schema', `vendor.${schema}`, ...transform, file])
    }
    for (const [system, name, schema, [from, to]] of CASES) {
      await must(process.execPath, iap, 'init', at(`${system}-${schema}`), '--ci', system)
      const file = at(`${system}-${schema}`, name)
      await run.check(`${name} is valid by the schema ${schema}`, async () => {
        const { code, output } = await check(schema, file)
        if (code !== 0) throw new Error(output)
      })
      await run.check(`${name} with \`${to}\` is not`, async () => {
        const text = readFileSync(file, 'utf8')
        if (!text.includes(from)) throw new Error(`the file has no \`${from}\``)
        writeFileSync(
          file,
          text.replace(from, () => to),
        )
        const { code, output } = await check(schema, file)
        if (code !== 1) throw new Error(`exit code ${code}: ${output}`)
      })
    }
    await run.check('our workflows are valid by the schema github-workflows', async () => {
      for (const name of ['ci.yml', 'release.yml']) {
        const { code, output } = await check('github-workflows', `${root}.github/workflows/${name}`)
        if (code !== 0) throw new Error(output)
      }
    })
  },
}
