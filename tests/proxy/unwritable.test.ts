/** What the configuration has written to: `--check` finds what the start would fail over. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { unwritable } from '../../runtime/server/check-writable.ts'
import { loadConfig } from '../../runtime/server/config/index.ts'

function folderOfTest(): string {
  const folder = mkdtempSync(join(tmpdir(), 'iap-unwritable-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

async function found(folder: string, text: string): Promise<readonly string[]> {
  const loaded = loadConfig(`listeners: [{ address: 127.0.0.1:0 }]\n${text}`, join(folder, 'iap.yaml'))
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors))
  const problems = await unwritable(loaded.config)
  expect(problems.every(({ fault }) => fault === 'environment')).toBe(true)
  return problems.map(({ message }) => message.replaceAll(folder, ''))
}

test('folders that are there, or can be made, are fine', async () => {
  const folder = folderOfTest()
  mkdirSync(join(folder, 'state'))
  const text =
    'bundle: { source: a, keys: [b], state: ./state }\nassertion: { state: ./new/keys }\naudit: [{ file: ./new/log/a.jsonl }, { file: /dev/null }]\n'
  expect(await found(folder, text)).toEqual([])
})

test('each place that cannot be written is named, with the reason', async () => {
  const folder = folderOfTest()
  writeFileSync(join(folder, 'file'), '')
  mkdirSync(join(folder, 'log'))
  const text =
    'bundle: { source: a, keys: [b], state: ./file }\nassertion: { state: ./file/keys }\naudit: [{ file: ./log }, { file: ./file/a.jsonl }]\n'
  expect(await found(folder, text)).toEqual([
    '/iap.yaml:2:33: the folder `/file` cannot be written: `/file` is not a folder',
    expect.stringMatching(/^\/iap\.yaml:3:14: the folder `\/file\/keys` cannot be written: ENOTDIR/),
    '/iap.yaml:4:11: the file `/log` cannot be written: it is a folder',
    '/iap.yaml:4:28: the file `/file/a.jsonl` cannot be written: `/file` is not a folder',
  ])
})

// Nothing is closed to root.
test.skipIf(process.getuid?.() === 0)('a folder without permission is named', async () => {
  const folder = folderOfTest()
  mkdirSync(join(folder, 'state'))
  chmodSync(join(folder, 'state'), 0o500)
  expect(await found(folder, 'bundle: { source: a, keys: [b], state: ./state }\n')).toEqual([
    expect.stringMatching(/^\/iap\.yaml:2:33: the folder `\/state` cannot be written: EACCES/),
  ])
})
