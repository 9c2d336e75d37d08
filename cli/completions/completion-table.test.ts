import { expect, test } from 'vitest'
import { defineCommand } from '../command.ts'
import { completionTable } from './completion-table.ts'

const string = (value: string, oneOf?: readonly string[]) =>
  ({ type: 'string', value, help: 'Set it', ...(oneOf !== undefined && { oneOf }) }) as const

function tableOf(flags: Parameters<typeof defineCommand>[0]['flags'], operands = '') {
  const command = defineCommand({
    ...{ name: 'pack', summary: 'Pack files', operands, takes: { least: 0, most: 1 }, flags },
    run: async () => 0,
  })
  return completionTable([command, { ...command, name: 'box open' }, { ...command, name: 'box close' }])
}

test.each([
  ['FILE', { files: 'any' }],
  ['KEY|-', { files: 'any' }],
  ['FILE:N', { files: 'any' }],
  ['BUNDLE|FOLDER', { files: ['iapb'] }],
  ['BUNDLE|PATH…', { files: ['iapb', 'iap'] }],
  ['[DIR]', { folders: true }],
  ['bash|zsh', { words: ['bash', 'zsh'] }],
  ['NAME', {}],
  ['/PATH', {}],
  ['SERVICE.ROUTE', {}],
])('the placeholder %s', (placeholder, expected) => {
  const [command] = tableOf({ it: string(placeholder) }, placeholder).commands
  const value = { words: [], files: null, folders: false, assigns: false, ...expected }
  expect([command?.operands.value, command?.flags[0]?.value]).toEqual([value, value])
})

test('flags with a set of values, with formats, and without a value', () => {
  const flags = { format: string('F', ['a', 'b']), output: string('FORMAT=FILE'), dry: { type: 'boolean', help: 'Do nothing' } }
  const [command] = tableOf(flags as Parameters<typeof tableOf>[0]).commands
  expect(command?.flags.map(({ spellings, value }) => [spellings, value?.words])).toEqual([
    [['--format'], ['a', 'b']],
    [['--output'], ['a=', 'b=']],
    [['--dry'], undefined],
    [['--help', '-h'], undefined],
  ])
})

test('commands of two words are one first word', () => {
  const { first, second } = tableOf({})
  expect([...first]).toEqual([
    ['pack', 'Pack files'],
    ['box', 'open, close'],
    ['help', 'Show the help of a command'],
  ])
  expect([...(second.get('box') ?? [])].map(([word]) => word)).toEqual(['open', 'close'])
})
