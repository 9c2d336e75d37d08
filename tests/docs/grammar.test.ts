import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { contextualWords, reservedWords } from '../../language/syntax/tokens.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const chapter = readFileSync(new URL('../../spec/language/grammar.md', import.meta.url), 'utf8')

describe('the chapter on the grammar', () => {
  it('has the productions of the parser, and so has the page of diagrams', () => {
    const { status, stderr } = spawnSync(process.execPath, ['scripts/generate-grammar.mjs', '--check'], {
      cwd: root,
      encoding: 'utf8',
    })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  })

  it('names every production that it has', () => {
    const blocks = [...chapter.matchAll(/^```ebnf\n([\s\S]*?)^```/gm)].map(([, block]) => block ?? '').join('\n')
    const text = blocks.replaceAll(/"[^"\n]*"|'[^'\n]*'|\/\/.*/g, '')
    const declared = new Set([...text.matchAll(/^(\w+) += /gm)].map(([, name]) => name))
    const used = new Set([...text.matchAll(/\b[A-Z]\w*/g)].map(([name]) => name))
    expect([...used].filter((name) => !declared.has(name))).toEqual([])
  })

  it('has every keyword in a production, and no other', () => {
    const blocks = [...chapter.matchAll(/^```ebnf\n([\s\S]*?)^```/gm)].map(([, block]) => block ?? '').join('\n')
    const [productions = ''] = blocks.split(/^NAME += /m)
    const quoted = new Set([...productions.matchAll(/"([a-z_]+)"/g)].map(([, word]) => word))
    const words = [...reservedWords.keys(), ...contextualWords.keys()]
    expect([...quoted].sort()).toEqual([...new Set(words)].sort())
  })

  it('lists the reserved words, and no keyword that the language lacks', () => {
    const [, reserved = ''] = /^Reserved, and never names: `([^`]*)`/m.exec(chapter) ?? []
    expect(reserved.split(' ').sort()).toEqual([...reservedWords.keys()].sort())
    const written = [...chapter.matchAll(/^- `([a-z ]+)`(?:, `([a-z ]+)`)*(?:, `([a-z ]+)`)?:/gm)].flatMap(([line]) =>
      [...line.matchAll(/`([a-z ]+)`/g)].flatMap(([, words = '']) => words.split(' ')),
    )
    expect(written.length).toBeGreaterThan(20)
    expect(written.filter((word) => !contextualWords.has(word))).toEqual([])
  })
})
