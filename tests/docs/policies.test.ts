import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { checkProject, renderDiagnostic } from '../../language/index.ts'

/** Every policy that a page shows whole is one that checks. `diagnostics.md` shows mistakes, and has a test of its own. */
const root = new URL('../../', import.meta.url)
const pages = [
  'README.md',
  ...['docs', 'spec', 'examples', 'cli/templates'].flatMap((folder) =>
    readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md') && !name.endsWith('diagnostics.md'))
      .map((name) => `${folder}/${name}`),
  ),
].sort()

const policies = pages.flatMap((page) => {
  const text = readFileSync(new URL(page, root), 'utf8')
  return [...text.matchAll(/^```iap\n([\s\S]*?)^```/gm)].map((match, at) => ({
    name: `${page} (${at + 1})`,
    text: match[1] ?? '',
  }))
})

describe('policies on pages', () => {
  it('are found', () => {
    expect(policies.some(({ name }) => name.startsWith('README.md'))).toBe(true)
  })

  it.each(policies)('$name', ({ text }) => {
    const { diagnostics } = checkProject({ read: (name) => (name === 'page.iap' ? text : null) }, ['page.iap'])
    expect(diagnostics.map((one) => renderDiagnostic(one, { color: false })).join('\n\n')).toBe('')
  })
})
