import { expect, test } from 'vitest'
import type { Diagnostic } from '../../language/index.ts'
import { githubCommands } from './github.ts'

const text = 'label a\nlabel b\n'
const about = (name: string, start: number, end: number, more: Partial<Diagnostic> = {}): Diagnostic => ({
  ...{ code: 'IAP2001', severity: 'error', message: 'no `a`', help: '', related: [], fixes: [] },
  span: { source: { name, text }, start, end },
  ...more,
})

test('one command a diagnostic, with its place', () => {
  expect(githubCommands([about('p/a.iap', 6, 7), about('p/a.iap', 14, 15, { severity: 'warning', help: 'declare it' })])).toBe(
    '::error file=p/a.iap,line=1,endLine=1,col=7,endColumn=8,title=IAP2001::no `a`\n' +
      '::warning file=p/a.iap,line=2,endLine=2,col=7,endColumn=8,title=IAP2001::no `a`%0Adeclare it\n',
  )
})

test('columns are said of one line alone', () => {
  expect(githubCommands([about('a.iap', 0, 15)])).toBe('::error file=a.iap,line=1,endLine=2,title=IAP2001::no `a`\n')
})

test('nothing in a name or a message ends the command or begins another', () => {
  const output = githubCommands([about('a,b:c%.iap', 6, 7, { message: '100%\r\n::error::x' })])
  expect(githubCommands([about('a.iap', 6, 7, { message: 'a\u001b[2J\u0007' })])).toContain('::a\\u001b[2J\\u0007\n')
  expect(output).toBe('::error file=a%2Cb%3Ac%25.iap,line=1,endLine=1,col=7,endColumn=8,title=IAP2001::100%25%0D%0A::error::x\n')
})

test('no diagnostics, no commands', () => {
  expect(githubCommands([])).toBe('')
})
