import { lint } from 'markdownlint/sync'
import { describe, expect, test } from 'vitest'
import { PHRASES } from './phrases.ts'
import { PROSE_RULES } from './prose-rules.ts'

/** Returns the breaches as `line:column code detail`. */
function breachesOf(markdown: string): readonly string[] {
  const { page } = lint({ strings: { page: markdown }, config: { default: false, prose: true }, customRules: [...PROSE_RULES] })
  return (page ?? []).map(
    ({ lineNumber, errorRange, ruleNames, errorDetail }) => `${lineNumber}:${errorRange?.[0]} ${ruleNames[0]} ${errorDetail}`,
  )
}

/** A sentence of as many words, ten columns each. */
const sentence = (words: number) => `Beginnings${' abcdefghi'.repeat(words - 1)}.`

describe('a line is one sentence or at most 120 columns', () => {
  test.each([
    ['a long sentence on a line', sentence(20)],
    ['short sentences on a line', 'One. Two. Three.'],
    ['a long sentence, wrapped', `${sentence(8).slice(0, -1)}\n${sentence(8)}`],
    ['a list and a quotation', `- ${sentence(20)}\n  Two.\n\n> ${sentence(20)}\n> Two.`],
    ['a table', `| a |\n| --- |\n| ${sentence(10)} ${sentence(10)} |`],
    ['code', `\`\`\`text\n${sentence(10)} ${sentence(10)}\n\`\`\`\n\n    ${sentence(10)} ${sentence(10)}`],
    ['abbreviations and names', `Reads e.g. \`a\` and ${'the file of a name '.repeat(6)}in Node.js 20.`],
    ['a full stop in code', `Reads \`a. B\` ${'and the file of a name '.repeat(6)}.`],
  ])('%s', (_, markdown) => {
    expect(breachesOf(markdown).filter((breach) => breach.includes('IAP001'))).toEqual([])
  })

  test.each([
    ['two sentences', `${sentence(7)} ${sentence(7)}`, '1:121 IAP001', '2, in whole or in part on 143 columns'],
    ['a sentence and the beginning of one', `${sentence(7)} ${sentence(7).slice(0, -1)}\nend.`, '1:121 IAP001', '2, in whole'],
    ['the second line of a sentence', `Beginnings\n${sentence(20)}`, '2:121 IAP001', 'part of one on 201 columns'],
    ['in a list', `- One.\n  **${sentence(7)}** ${sentence(7)}`, '2:121 IAP001', '2, in whole'],
    ['in a quotation', `> ${sentence(7)} [Two](x.md) is ${sentence(7)}`, '1:121 IAP001', '2, in whole'],
  ])('%s', (_, markdown, place, detail) => {
    const breaches = breachesOf(markdown)
    expect(breaches).toEqual([expect.stringContaining(place)])
    expect(breaches[0]).toContain(detail)
  })
})

describe('a sentence has at most 25 words', () => {
  test('counts the words of wrapped lines, and code as one', () => {
    expect(breachesOf(`${sentence(9).slice(0, -1)}\n${sentence(15).slice(0, -1)}\n\`a b c d\`.`)).toEqual([
      expect.stringContaining('2:121 IAP001'),
    ])
    expect(breachesOf(`Short. ${sentence(9).slice(0, -1)}\n${sentence(9).slice(0, -1)}\n${sentence(8)}`)).toEqual([
      expect.stringMatching(/^1:8 IAP002 expected at most 25 words, got 26: Beginnings abcdefghi .*…; write two sentences$/),
    ])
  })

  test('the target of a link is no word, its text is', () => {
    expect(breachesOf(`[${sentence(25).slice(0, -1)}](a-b-c-d.md#e-f).`)).toEqual([])
    expect(breachesOf(`[${sentence(26)}](a.md)`)).toHaveLength(1)
  })
})

describe('phrases', () => {
  test.each([
    [
      'One of them is there.\nIt refuses whoever\ncalls.',
      '2:12 IAP003 expected "a caller who", "the client", "anyone who", got `whoever`',
    ],
    ['# A page\n\n## Who is sent to sign in', '3:4 IAP003 expected a task ("Rotate signing keys")'],
    ['- What is read, is kept.', '1:3 IAP003 expected the thing first'],
    ['It runs *by\nitself*.', '1:10 IAP003 expected "automatically", "alone", got `by itself`'],
  ])('%s', (markdown, expected) => {
    expect(breachesOf(markdown)).toEqual(expect.arrayContaining([expect.stringContaining(expected)]))
  })

  test.each([
    'What is a bundle?',
    '## What to do',
    'The key `whoever` is an option.',
    '```text\nwhoever\n```',
    '| whoever |\n| --- |\n| nobody |',
    'It is no longer a file.',
  ])('may stand: %s', (markdown) => {
    expect(breachesOf(markdown)).toEqual([])
  })

  test('each rule says what to write, and matches without a memory of the sentence before', () => {
    for (const { pattern, instead } of PHRASES) {
      expect(instead).not.toBe('')
      expect(pattern.flags).not.toMatch(/[gy]/)
    }
  })
})
