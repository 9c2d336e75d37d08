import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { byAnalysisAlone, checkProject, lessByAnalysis, lint, lintRules, moreByAnalysis } from '../../language/index.ts'
import { world } from '../../language/lint/test-lint.ts'
import { folderOf } from '../cli/iap.ts'
import { inside } from '../cli/inside.ts'

/** `spec/language/lint.md` is where a person finds the rules: a row each, with its page, who runs it, and whether it can be mended. */
const root = new URL('../../', import.meta.url)
const page = readFileSync(new URL('spec/language/lint.md', root), 'utf8')

const rules = ['language/lint', 'analysis/findings']
  .flatMap((folder) =>
    readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
  )
  .filter((name) => name.endsWith('.md'))
  .map((name) => {
    const text = readFileSync(new URL(name, root), 'utf8')
    const [, code = '', finds = ''] = /^# (IAP\d{4}): (.*)$/m.exec(text) ?? []
    const [, example = ''] = /^```iap.*\n([\s\S]*?)^```/m.exec(text) ?? []
    return { code, finds, path: `../../${name}`, example }
  })
  .sort((a, b) => (a.code < b.code ? -1 : 1))

/** Whether `--fix` has something for what the rule's page shows. */
function isMended(code: string, example: string): boolean {
  const used = 'permit base_reads on orders.* to support, manager, everybody, partner when late(3) && !("x" in closed)'
  const texts: Readonly<Record<string, string>> = example.startsWith('import')
    ? { 'main.iap': `${example}\nlabel one`, 'people.iap': `${world.replaceAll(/^role support.*$/gm, 'role lead of staff')}` }
    : { 'main.iap': `${world}\n${used}\n${example}` }
  const { diagnostics } = lint(checkProject({ read: (name) => texts[name] ?? null }, ['main.iap']), 'all')
  return diagnostics.some((one) => one.code === code && one.fixes.length > 0)
}

interface Told {
  readonly file: string
  readonly start: { readonly line: number; readonly column: number }
  readonly code: string
  readonly message: string
}

function blocks(language: string): readonly string[] {
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(([, text = '']) => text)
}

describe('the page of warnings', () => {
  test('has a row for each rule, in the order of the codes', () => {
    const rows = [...page.matchAll(/^\| \[(IAP\d+)\]\((.*?)\) \| (.*?) \| (.*?) \| (.*?) \|$/gm)].map((match) => match.slice(1))
    expect(rows).toEqual(
      rules.map(({ code, path, finds, example }) => {
        const byDefault = lintRules.find(({ entry }) => entry.code === code)?.byDefault
        const both = moreByAnalysis.has(code)
          ? 'check; more by lint'
          : lessByAnalysis.has(code)
            ? 'check; less by lint'
            : 'check, lint'
        return [code, path, finds, byDefault ? both : 'lint', isMended(code, example) ? 'yes' : '']
      }),
    )
    expect(rows.length).toBe(lintRules.length + byAnalysisAlone.size)
  })

  test('shows what is found exactly', async () => {
    const [text = ''] = blocks('iap')
    const cwd = folderOf({ 'orders.iap': text })
    const { stdout } = await inside(['lint', '.', '--format', 'json'], { cwd })
    const report = JSON.parse(stdout) as { readonly diagnostics: readonly Told[] }
    const lines = report.diagnostics.map(
      ({ file, start, code, message }) => `${file}:${start.line}:${start.column} ${code} ${message}\n`,
    )
    expect(lines.join('')).toBe(blocks('text')[0])
    const checked = await inside(['check', '.', '--format', 'json'], { cwd })
    expect(JSON.parse(checked.stdout)).toMatchObject({ diagnostics: [] })
  })

  test('shows a warning that is ignored', () => {
    const [, text = ''] = blocks('iap')
    const { diagnostics, ignored } = lint(checkProject({ read: (name) => (name === 'a.iap' ? text : null) }, ['a.iap']), 'all')
    expect(diagnostics).toEqual([])
    expect(ignored.map(({ diagnostic, reason }) => [diagnostic.code, reason])).toEqual([
      ['IAP5013', 'probes carry no label, and no rule on labels is for them'],
    ])
  })
})
