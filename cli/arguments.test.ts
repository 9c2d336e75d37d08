import { describe, expect, test } from 'vitest'
import { parseArguments } from './arguments.ts'
import { defineCommand } from './command.ts'

const command = defineCommand({
  name: 'pack',
  summary: '',
  operands: 'PATH…',
  takes: { least: 1, most: 2 },
  flags: {
    output: { type: 'string', short: 'o', value: 'FILE', help: '' },
    sign: { type: 'string', multiple: true, value: 'KEY', help: '' },
    format: { type: 'string', oneOf: ['human', 'json'], help: '' },
    dev: { type: 'boolean', help: '' },
  },
  run: async () => 0 as const,
})

const parse = (...words: string[]) => parseArguments(command, words)

test('flags and operands in any order', () => {
  expect(parse('a', '--sign', 'k1', '-o', 'out', '--dev', 'b', '--sign=k2')).toEqual({
    flags: { output: 'out', sign: ['k1', 'k2'], format: undefined, dev: true },
    operands: ['a', 'b'],
  })
})

test('after `--` nothing is a flag', () => {
  expect(parse('--', '--dev')).toMatchObject({ operands: ['--dev'], flags: { dev: false } })
})

test('a value may begin with `-`, but not look like a flag', () => {
  expect(parse('a', '--output', '-Jx', '--sign=--k', '--sign', '-1')).toMatchObject({
    flags: { output: '-Jx', sign: ['--k', '-1'] },
  })
})

test('help wins over a missing operand', () => {
  expect(parse('--help')).toBe('help')
  expect(parse('-h')).toBe('help')
})

describe('what is not meant so is told', () => {
  test.each([
    [['a', '--formt', 'json'], '`iap pack` has no flag `--formt`', 'did you mean `--format`?'],
    [['a', '--format', 'jsn'], '`--format` cannot be `jsn`', 'did you mean `json`?'],
    [['a', '--output'], '`--output` needs a value', 'write `--output FILE`'],
    [
      ['a', '-o', '--dev'],
      '`-o` needs a value, and `--dev` looks like a flag',
      'write `-o FILE`, or `-o--dev` if this is the value',
    ],
    [
      ['a', '--output', '-k'],
      '`--output` needs a value, and `-k` looks like a flag',
      'write `--output FILE`, or `--output=-k` if this is the value',
    ],
    [['a', '--output='], '`--output` needs a value', 'write `--output FILE`'],
    [['a', '--dev=1'], '`--dev` takes no value', 'write `--dev` alone'],
    [['a', '-o', 'x', '-o', 'y'], '`-o` is given twice', 'give it once'],
    [[], '`iap pack` needs PATH…', 'usage: iap pack PATH…; see `iap pack --help`'],
    [['a', 'b', 'c'], '`iap pack` takes no further operand `c`', 'usage: iap pack PATH…'],
    [['a', '--__proto__'], '`iap pack` has no flag `--__proto__`', 'see `iap pack --help`'],
  ])('%j', (words, message, help) => {
    expect(() => parse(...words)).toThrow(expect.objectContaining({ message, help }))
  })
})
