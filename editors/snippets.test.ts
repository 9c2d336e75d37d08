import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from '../language/index.ts'

interface Snippet {
  readonly prefix: string
  readonly body: string | readonly string[]
  readonly description: string
}

const file = new URL('./vscode/snippets/iap.json', import.meta.url)
const snippets = Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, Snippet>)

/** Returns what an editor inserts if the user changes nothing: each placeholder as its default or its first choice. */
function expand({ body }: Snippet): string {
  return [body]
    .flat()
    .join('\n')
    .replaceAll(/\$\{\d+\|([^,|]*)[^|]*\|\}/g, '$1')
    .replaceAll(/\$\{\d+:((?:\\.|[^}\\])*)\}/g, '$1')
    .replaceAll(/(?<!\\)\$\d/g, '')
    .replaceAll(/\\([$}\\])/g, '$1')
}

describe('snippets', () => {
  it.each(snippets)('%s is a policy as it is inserted', (_, snippet) => {
    const text = snippet.prefix === 'route' ? `service s at "h" {\n  ${expand(snippet)}\n}\n` : expand(snippet)
    expect(text).not.toMatch(/\$\{|\$\d/)
    expect(parse({ name: 'a.iap', text }).diagnostics).toEqual([])
  })

  it('have a prefix and a description each', () => {
    const prefixes = snippets.map(([, { prefix }]) => prefix)
    expect(new Set(prefixes).size).toBe(prefixes.length)
    expect(snippets.filter(([, { description }]) => description === '')).toEqual([])
  })
})
