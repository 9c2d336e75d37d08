import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { poll } from '../../../../tests/support/until.ts'
import { newRevocation, type Revocation, type RevocationKeeper } from '../../../identity/revocation/index.ts'
import type { Config } from '../../config/index.ts'
import { SharedRevocations } from './shared-revocations.ts'

let folder: string
let shared: SharedRevocations
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'iap-shared-revocations-'))
  shared = new SharedRevocations({ info: () => {}, warn: () => {}, error: () => {} }, () => {})
})
afterEach(async () => {
  await shared.keeper.close()
  rmSync(folder, { recursive: true, force: true })
})

/** A configuration that keeps revocations in that folder. */
const configOf = (state: string) =>
  ({ sessions: { store: { kind: 'memory' }, keys: [] }, bundle: { state: join(folder, state) } }) as unknown as Config

function revocation(subject: string): Revocation {
  const now = Date.now()
  const what = { kind: 'subject', identity: 'staff', subject } as const
  return newRevocation({ what, before: now, until: now + 60_000, reason: null, by: 'token 1', made: now })
}

const subjectsOf = (keeper: RevocationKeeper) =>
  keeper.standing().list.map(({ what }) => ('subject' in what ? what.subject : what.kind))

test('a keeper that takes over has what is revoked and restored until it is used', async () => {
  shared.use(await shared.open(configOf('one')))
  const before = shared.keeper
  const restored = revocation('ben')
  await before.add([revocation('ann'), restored], null, 'operator')
  const next = await shared.open(configOf('two'))
  await shared.takeOver(next)
  expect(subjectsOf(next.keeper)).toEqual(['ann', 'ben'])
  await before.add([revocation('cem')], null, 'operator')
  await before.remove(restored.id)
  await shared.catchUp()
  shared.use(next)
  expect(subjectsOf(shared.keeper)).toEqual(['ann', 'cem'])
})

test('a change that is under way when another keeper takes over is made there', async () => {
  shared.use(await shared.open(configOf('one')))
  const before = shared.keeper
  const next = await shared.open(configOf('two'))
  await shared.takeOver(next)
  await shared.catchUp()
  const changes = Promise.all([before.add([revocation('ann')], null, 'operator'), before.add([revocation('ben')], null, 'event')])
  shared.use(next)
  expect(await changes).toEqual(['added', 'added'])
  await poll(() => subjectsOf(shared.keeper)).toEqual(['ann', 'ben'])
})

test('a reload that fails leaves nothing to be moved', async () => {
  shared.use(await shared.open(configOf('one')))
  const failed = await shared.open(configOf('two'))
  await shared.takeOver(failed)
  shared.discard(failed)
  await shared.keeper.add([revocation('ann')], null, 'operator')
  const next = await shared.open(configOf('three'))
  await shared.takeOver(next)
  await shared.catchUp()
  shared.use(next)
  expect(subjectsOf(shared.keeper)).toEqual(['ann'])
})
