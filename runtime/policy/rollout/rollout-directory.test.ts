import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { type CandidateNote, type RolloutDirectory, type RolloutNote, rolloutDirectory } from './rollout-directory.ts'

let folder: string
let directory: RolloutDirectory

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'iap-rollout-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  directory = rolloutDirectory(folder)
})

const candidate: CandidateNote = {
  ...{ revision: 'b', sequence: 2, origin: 'source', by: null, begun: 1_000_000 },
  ...{ step: 0, plan: 'p', share: { parts: 0, services: null } },
}
const last = {
  revision: 'a',
  sequence: 1,
  outcome: 'ended',
  why: { code: 'lost', message: 'gone' },
  by: null,
  at: 999_999,
} as const
const note: RolloutNote = { candidate, last }
const [one, other] = [Buffer.from('one'), Buffer.from('other')]

test('keeps a bundle and its note, both or neither', async () => {
  await directory.begin(one, note)
  expect([await directory.bundle(), await directory.note()]).toEqual([one, note])
  // What is in the way is as good as a full disk.
  const beside = join(folder, `rollout.json.${process.pid}.tmp`)
  mkdirSync(join(beside, 'x'), { recursive: true })
  await expect(directory.begin(other, { candidate: { ...candidate, revision: 'c' }, last })).rejects.toThrow()
  rmSync(beside, { recursive: true, force: true })
  expect([await directory.bundle(), await directory.note()]).toEqual([one, note])
  expect(readdirSync(folder).sort()).toEqual(['candidate.iapb', 'rollout.json'])
  await directory.end({ candidate: null, last })
  expect([await directory.bundle(), await directory.note()]).toEqual([null, { candidate: null, last }])
})

test.each<[string, Record<string, unknown>]>([
  ['revision', { revision: 1 }],
  ['sequence', { sequence: '1' }],
  ['by', { by: undefined }],
  ['time', { begun: undefined, at: undefined }],
  ['time that no date has', { begun: 1e300, at: 1e300 }],
  ['time that is a text', { begun: '1', at: '1' }],
  ['origin or outcome', { origin: 'nobody', outcome: 'nothing' }],
  ['plan or reason', { plan: null, why: { code: 1, message: 'x' } }],
  ['step or reason', { step: 1.5, why: 'x' }],
])('a note without a %s is none', async (_, wrong) => {
  const write = (text: string) => writeFileSync(join(folder, 'rollout.json'), text)
  write(JSON.stringify(note))
  expect(await directory.note()).toEqual(note)
  write(JSON.stringify({ candidate: { ...candidate, ...wrong }, last: { ...last, ...wrong } }))
  expect(await directory.note()).toEqual({ candidate: null, last: null })
})
