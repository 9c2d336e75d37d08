import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Io } from '../io.ts'
import { nodeFiles } from '../node-io.ts'
import { readReports, writeReports } from './reports.ts'

const FORMATS = ['human', 'json'] as const
const io = { cwd: '/', files: nodeFiles }

test('the first format is the default, and files come after standard output', () => {
  expect(readReports(io, FORMATS, { format: undefined, output: [] })).toEqual([{ format: 'human', file: null }])
  expect(readReports(io, FORMATS, { format: 'json', output: ['human=a.txt', 'json=x=y.json'] })).toEqual([
    { format: 'json', file: null },
    { format: 'human', file: 'a.txt' },
    { format: 'json', file: 'x=y.json' },
  ])
})

test.each([
  [['report.json'], '`--output` must be FORMAT=FILE, got `report.json`'],
  [['json='], '`--output` must be FORMAT=FILE, got `json=`'],
  [['=a'], '`--output` has no format ``'],
  [['sarif=a'], '`--output` has no format `sarif`'],
  [['json=a', 'human=a'], '`--output` names `a` twice'],
  [['json=a', 'human=./b/../a'], '`--output` names `./b/../a` twice'],
  [['json=a', 'human=a.iap'], '`a.iap` would be read as a policy'],
])('%j is refused', (output, message) => {
  expect(() => readReports(io, FORMATS, { format: undefined, output })).toThrow(message)
})

test('each report is written by its writer, files without color', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'iap-reports-'))
  onTestFinished(() => rmSync(cwd, { recursive: true }))
  let shown = ''
  const write = (text: string) => {
    shown += text
  }
  const stdout = { write, gone: false, color: true, terminal: true }
  writeReports(
    { cwd, files: nodeFiles, stdout } as unknown as Io,
    readReports(io, FORMATS, { format: 'human', output: ['json=a/b.json', 'human=c'] }),
    {
      human: (output) => output.write(`for people, ${output.color ? 'in color' : 'plain'}\n`),
      json: (output) => output.write('{}\n'),
    },
  )
  expect([shown, readFileSync(join(cwd, 'a/b.json'), 'utf8'), readFileSync(join(cwd, 'c'), 'utf8')]).toEqual([
    'for people, in color\n',
    '{}\n',
    'for people, plain\n',
  ])
})
