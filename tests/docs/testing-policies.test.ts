import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { MUTATION_OPERATORS } from '../../compiler/testing/mutation/mutant.ts'
import { emptyFolder, project } from '../cli/iap.ts'
import { inside } from '../cli/inside.ts'

/** `docs/guides/policies/testing.md` shows what the commands print: each block of a console is run on the policy above it. */
const page = readFileSync(new URL('../../docs/guides/policies/testing.md', import.meta.url), 'utf8')
const blocks = [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)].map(([, language = '', text = '']) => ({ language, text }))

const consoles = blocks.flatMap(({ language, text }, at) => {
  const policy = blocks.slice(0, at).findLast((block) => block.language === 'iap')?.text ?? ''
  if (language !== 'console') return []
  return [...text.matchAll(/^\$ iap (.*)\n((?:(?!\$).*\n)*)/gm)].map(([, command = '', printed = '']) => ({
    command,
    printed,
    policy,
  }))
})

test.each(consoles)('$command', async ({ command, printed, policy }) => {
  const cwd = emptyFolder()
  writeFileSync(join(cwd, 'rooms.iap'), policy)
  expect(await inside(command.split(' '), { cwd })).toEqual({ code: 0, stdout: printed, stderr: '' })
})

test('iap prove', async () => {
  const at = blocks.findIndex(({ language }) => language === 'text')
  const cwd = emptyFolder()
  writeFileSync(join(cwd, 'pay.iap'), blocks[at - 1]?.text ?? '')
  expect(await inside(['prove', '.'], { cwd })).toEqual({ code: 1, stdout: blocks[at]?.text, stderr: '' })
})

test('there are some', () => {
  expect(consoles.length).toBe(7)
})

test('every kind of small mistake is in the table, and no other', () => {
  const rows = [...page.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, name]) => name)
  expect(rows).toEqual([...MUTATION_OPERATORS])
})

const inCi = blocks
  .filter(({ language }) => language === 'sh' || language === 'yaml')
  .flatMap(({ text }) => [...text.matchAll(/^(?:iap|.*run: iap| +- iap) ([^>\n]*)/gm)].map(([, command = '']) => command.trim()))

test.each(inCi)('the project that init makes passes iap %s', async (command) => {
  const { code, stdout, stderr } = await inside(command.split(' '), { cwd: project() })
  expect(code, stdout + stderr).toBe(0)
})

test('there are some for CI', () => {
  expect(inCi.length).toBe(10)
})
