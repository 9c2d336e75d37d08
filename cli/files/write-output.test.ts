import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { nodeIo } from '../node-io.ts'
import { checkOutputs, writeOutput } from './write-output.ts'

let cwd: string

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'iap-output-'))
  onTestFinished(() => rmSync(cwd, { recursive: true }))
})

const write = (output: string) => writeOutput({ ...nodeIo('/'), cwd }, output, 'new')
const text = (name: string) => readFileSync(join(cwd, name), 'utf8')

test('makes a file, and its folders', () => {
  write('a/b/policy.iapb')
  expect(text('a/b/policy.iapb')).toBe('new')
})

test('takes the place of what is there, behind a link too, and whoever may read it stays', () => {
  writeFileSync(join(cwd, 'kept'), 'a much longer old text')
  chmodSync(join(cwd, 'kept'), 0o600)
  symlinkSync('kept', join(cwd, 'link'))
  write('link')
  expect(lstatSync(join(cwd, 'link')).isSymbolicLink()).toBe(true)
  expect([text('kept'), statSync(join(cwd, 'kept')).mode & 0o777]).toEqual(['new', 0o600])
  expect(readdirSync(cwd).sort()).toEqual(['kept', 'link'])
})

test('writes to a device, which stays one', () => {
  write('/dev/null')
  expect(statSync('/dev/null').isCharacterDevice()).toBe(true)
  symlinkSync('/dev/null', join(cwd, 'null'))
  write('null')
  expect(lstatSync(join(cwd, 'null')).isSymbolicLink()).toBe(true)
})

test('an output is neither an input nor another output, behind a link too', () => {
  writeFileSync(join(cwd, 'log'), 'old')
  symlinkSync('log', join(cwd, 'link'))
  const check = (outputs: readonly string[]) => {
    const named = outputs.map((path) => ({ path, by: '--output' }))
    checkOutputs({ ...nodeIo('/'), cwd }, named, [{ path: './log', by: 'the operand' }])
  }
  check(['new', 'b/new'])
  expect(() => check(['log'])).toThrow('`--output` names `log`, as does the operand')
  expect(() => check(['link'])).toThrow('`--output` names `link`, as does the operand')
  expect(() => check(['new', 'b/../new'])).toThrow('`--output` names `b/../new` twice')
})

test('neither a folder nor a policy is written over', () => {
  mkdirSync(join(cwd, 'folder'))
  writeFileSync(join(cwd, 'p.iap'), 'old')
  expect(() => write('folder')).toThrow(/^`folder` cannot be written: /)
  expect(() => write('p.iap')).toThrow('`p.iap` would be read as a policy')
  expect(text('p.iap')).toBe('old')
})
