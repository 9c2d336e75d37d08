import { describe, expect, test } from 'vitest'
import { defineCommand } from './command.ts'
import { commands } from './commands/index.ts'
import { commandHelp, programHelp } from './help.ts'

const columns = (text: string) => Math.max(...text.split('\n').map((line) => [...line].length))

describe.each(commands.map((command) => [command.name, command] as const))('iap %s --help', (_, command) => {
  test('fits into 100 columns', () => {
    expect(columns(commandHelp(command))).toBeLessThanOrEqual(100)
  })

  test('begins the summary and the help of each flag with a capital, and ends neither with a full stop', () => {
    const texts = [command.summary, ...Object.values(command.flags).map((flag) => flag.help)]
    for (const text of texts) expect(text).toMatch(/^[A-Z`].*[^.]$/)
  })
})

test('the list of commands fits into 100 columns', () => {
  expect(columns(programHelp(commands))).toBeLessThanOrEqual(100)
})

test('paragraphs and descriptions are wrapped, and examples are not', () => {
  const command = defineCommand({
    name: 'pack',
    summary: 'Pack files',
    operands: 'PATH…',
    takes: { least: 1, most: 1 },
    flags: {
      output: {
        type: 'string',
        short: 'o',
        value: 'FILE',
        help: `Write to FILE, which ${'must not exist and '.repeat(4)}is new`,
      },
      'a-flag-with-a-long-name': { type: 'string', value: 'A-LONG-VALUE', help: 'Do something' },
    },
    more: `One\nparagraph ${'of many words '.repeat(6)}and \`code that is not broken\`.

  iap pack   a   b`,
    run: async () => 0 as const,
  })
  expect(commandHelp(command)).toBe(`Pack files.

usage: iap pack PATH… [FLAGS]

  -o, --output FILE  Write to FILE, which must not exist and must not exist and must not exist and
                     must not exist and is new
      --a-flag-with-a-long-name A-LONG-VALUE
                     Do something
  -h, --help         Print this help

One paragraph of many words of many words of many words of many words of many words of many words
and \`code that is not broken\`.

  iap pack   a   b
`)
})
