import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { commands } from '../../cli/commands/index.ts'
import { configurationReference } from './configuration-reference.ts'
import { referencePages } from './reference-pages.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const read = (path: string) => readFileSync(root + path, 'utf8')

describe('the generated reference', () => {
  it('is up to date: npm run generate:reference', () => {
    const outdated = [...referencePages(read)].filter(([path, text]) => read(path) !== text)
    expect(outdated.map(([path]) => path)).toEqual([])
  })

  it('has each command with each flag', () => {
    const page = read('docs/reference/commands.md')
    for (const { name, flags } of commands) {
      const [, section = ''] = page.split(`## \`iap ${name}\`\n`)
      const own = section.split('\n## ')[0] ?? ''
      for (const flag of Object.keys(flags)) expect(own, `iap ${name}`).toMatch(new RegExp(`^\\| \`--${flag}[ \`]`, 'm'))
    }
  })

  it('names the marks that a page lacks', () => {
    const without = (path: string) => (path.endsWith('.md') ? '# Empty\n' : read(path))
    expect(() => referencePages(without)).toThrow('docs/reference/commands.md: expected the lines `<!-- generated:')
  })
})

describe('the keys of a configuration', () => {
  const expected = 'a text'
  const text = { 'x-expected': expected }

  it('are lists, maps by name, references and secrets, with what is required and what holds by default', () => {
    const rows = configurationReference({
      required: ['listeners'],
      definitions: {
        path: { ...text, description: 'A path.' },
        secret: { 'x-secret': true, properties: { env: text }, ...text },
      },
      properties: {
        listeners: {
          ...text,
          items: { required: ['address'], properties: { address: text, mode: { ...text, default: 'a|b' } } },
        },
        services: {
          ...text,
          additionalProperties: { properties: { ca: { $ref: '#/definitions/path', description: 'A file.' } } },
        },
        token: { $ref: '#/definitions/secret' },
      },
    })
    expect(rows.split('\n').filter((line) => line.startsWith('| `'))).toEqual([
      '| `listeners` | a text | required | |',
      '| `listeners[].address` | a text | required | |',
      '| `listeners[].mode` | a text | `a\\|b` | |',
      '| `services` | a text | | |',
      '| `services.N.ca` | a text | | A file. |',
      '| `token` | a text | | |',
    ])
  })
})
