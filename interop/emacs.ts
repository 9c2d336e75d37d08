import { deepEqual, match, ok } from 'node:assert/strict'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { InteropRun } from './support/interop-run.ts'
import { root } from './support/root.ts'
import type { Suite } from './support/suite.ts'

const POLICY = `identity staff via jwt { sub: string, groups: set<string> }

role manager of staff when "managers" in caller.groups

service orders at "orders.example" {
  route read GET "/orders/{id: int}"
}

permit managers_read
  on   orders.read
  to     manager
  when undeclared > 5
`

interface Seen {
  readonly mode: string
  readonly color: string
  readonly diagnostics: readonly (readonly [line: number, text: string])[]
  readonly hover: string
  readonly definition: number
  readonly completions: readonly string[]
  readonly renamed: string
  readonly formatted: string
  readonly commented: string
}

/** The Emacs of this machine, with the recipe of `docs/guides/policies/editors.md` as it is printed there. */
export const emacs: Suite = {
  summary: 'Emacs of this machine, with Eglot and the recipe of docs/guides/policies/editors.md',
  async run(run) {
    const seen = await whatEmacsShows(run)
    const cases: Readonly<Record<string, () => void>> = {
      'the mode, and a keyword in color': () => deepEqual([seen.mode, seen.color], ['iap-mode', 'font-lock-keyword-face']),
      'an error at its line, with its code': () => {
        deepEqual(
          seen.diagnostics.map(([line]) => line),
          [12],
        )
        match(seen.diagnostics[0]?.[1] ?? '', /IAP3016.*`undeclared`/)
      },
      'the declaration on hover': () => match(seen.hover, /role manager of staff when "managers" in caller\.groups/),
      'the definition of a role': () => deepEqual(seen.definition, 3),
      'roles on completion': () => ok(seen.completions.includes('manager'), seen.completions.join()),
      'a rename in all places': () => {
        match(seen.renamed, /^role head of staff/m)
        match(seen.renamed, /^ {2}to {5}head$/m)
      },
      'a formatted buffer': () => match(seen.formatted, /\n {2}on {3}orders\.read\n {2}to {3}head\n {2}when undeclared > 5\n$/),
      'a commented line': () => match(seen.commented, /^\/\/ identity staff/),
    }
    for (const [name, body] of Object.entries(cases)) await run.check(name, body)
  },
}

async function whatEmacsShows(run: InteropRun): Promise<Seen> {
  const [, recipe] =
    /## Emacs[\s\S]*?```elisp\n([\s\S]*?)```/.exec(readFileSync(join(root, 'docs/guides/policies/editors.md'), 'utf8')) ?? []
  if (recipe === undefined) throw new Error('docs/guides/policies/editors.md has no recipe for Emacs')
  const [home, bin, project] = ['home', 'bin', 'project'].map((name) => join(run.scratch, name)) as [string, string, string]
  for (const folder of [join(home, '.emacs.d'), bin, join(project, '.git')]) mkdirSync(folder, { recursive: true })
  writeFileSync(join(run.scratch, 'recipe.el'), recipe)
  writeFileSync(join(project, 'orders.iap'), POLICY)
  writeFileSync(join(bin, 'iap'), `#!/bin/sh\nexec '${process.execPath}' '${join(root, 'dist/iap.js')}' "$@"\n`)
  chmodSync(join(bin, 'iap'), 0o755)
  const env = { ...process.env, HOME: home, PATH: `${bin}:${process.env.PATH}`, IAP_RECIPE: join(run.scratch, 'recipe.el') }
  const script = join(root, 'interop/emacs/drive.el')
  const { output } = await run
    .exec('emacs', ['-q', '--batch', '-l', script], { cwd: project, env, timeout: 120_000 })
    .catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'ENOENT' ? new Error('this machine has no Emacs: apt-get install emacs-nox elpa-eglot') : error
    })
  const [, seen] = /^SEEN (.*)$/m.exec(output) ?? []
  if (seen === undefined) throw new Error(`Emacs ended early:\n${output}`)
  return JSON.parse(seen) as Seen
}
