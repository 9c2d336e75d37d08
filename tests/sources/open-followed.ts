import { createPublicKey } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { PackInput } from '../../compiler/bundle/index.ts'
import {
  type BundleSource,
  followSource,
  PolicySlot,
  PolicyStore,
  type PolicyStoreOptions,
  type SourceOptions,
} from '../../runtime/policy/index.ts'
import { tinyBundle, tinyPolicy, tinySchemas, tinySigner } from '../bundles/tiny-policy.ts'

type StoreEvent = Parameters<NonNullable<PolicyStoreOptions['onEvent']>>[0]

export interface Followed {
  readonly store: PolicyStore
  readonly slot: PolicySlot
  readonly source: BundleSource
  readonly events: readonly StoreEvent[]
  /** Of what serves. */
  sequence(): number | undefined
  close(): Promise<void>
}

/** A folder for a test, gone after it. */
export function stateFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'iap-source-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'state')
}

/** A store that follows a source, as the supervisor of a proxy has it, after its first try. */
export async function openFollowed(
  source: SourceOptions,
  options: Partial<PolicyStoreOptions> = {},
  atStart?: number,
): Promise<Followed> {
  const slot = new PolicySlot()
  const events: StoreEvent[] = []
  const store = await PolicyStore.open({
    keys: [{ kid: tinySigner.kid, key: createPublicKey(tinySigner.key) }],
    state: stateFolder(),
    clock: Date.now,
    enforcers: slot,
    onEvent: (event) => events.push(event),
    ...options,
  })
  const followed = followSource(store, source, atStart)
  onTestFinished(() => followed.close())
  await followed.ready
  return {
    store,
    slot,
    source: followed,
    events,
    sequence: () => store.status.active?.sequence,
    close: () => followed.close(),
  }
}

/** One of another content for each sequence. */
export function version(sequence: number, changes: Partial<PackInput> = {}): Promise<Uint8Array> {
  const compiled = { policy: tinyPolicy(`of-${sequence}`), needs: ['identity:jwt'], schemas: tinySchemas }
  return tinyBundle({ compiled, sequence, ...changes })
}
