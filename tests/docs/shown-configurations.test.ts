import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../runtime/server/config/index.ts'
import { pageNames } from './pages.ts'

/** Every configuration that a page shows whole is one. */
const root = new URL('../../', import.meta.url)

const shown = pageNames('docs', 'examples', 'cli/templates').flatMap((page) => {
  const text = readFileSync(new URL(page, root), 'utf8')
  const blocks = [...text.matchAll(/^```yaml[^\n]*\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block)
  return blocks.filter((block) => /^listeners:/m.test(block)).map((block) => ({ page, block }))
})

it('pages show some', () => {
  expect(shown.map(({ page }) => page)).toEqual(
    expect.arrayContaining(['docs/reference/configuration.md', 'docs/reference/tls.md']),
  )
})

describe.each(shown)('$page', ({ page, block }) => {
  it('shows a configuration without a mistake', () => {
    const loaded = loadConfig(block, page)
    expect(loaded.ok ? [] : loaded.errors.map(({ message }) => message)).toEqual([])
  })
})
