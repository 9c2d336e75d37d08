import { settledWithin } from '../../base/waiting.ts'
import { watchFile } from '../../base/watch-file.ts'
import type { PolicyStore } from '../store/policy-store.ts'
import type { StoreProblem } from '../store/policy-target.ts'
import { askHttps } from './ask-https.ts'
import { askRegistry } from './ask-registry.ts'
import type { BundleSource, SourceListener } from './bundle-source.ts'
import { pollSource } from './poll-source.ts'
import type { Reference } from './reference.ts'

/** Where bundles come from. Times in milliseconds; secrets are read anew each time that they are needed. */
export type SourceOptions =
  | {
      readonly kind: 'file'
      readonly file: string
      /** Between two looks. */
      readonly interval?: number
      /** Until a bundle is tried again that was refused for a reason that passes. */
      readonly retry?: number
    }
  | {
      readonly kind: 'https'
      readonly url: string
      readonly interval: number
      /** For which the server may wait until it has another one. */
      readonly wait: number
      readonly token: (() => string) | null
      /** After a failure; twice as many after the next one. */
      readonly retry?: number
    }
  | ({
      readonly kind: 'oci'
      readonly interval: number
      readonly retry?: number
      readonly username: string | null
      readonly password: (() => string) | null
    } & Reference)

/** Whom it offers bundles. */
export type Followed = Pick<PolicyStore, 'activate' | 'confirm' | 'recover' | 'report'> & {
  readonly status: Pick<PolicyStore['status'], 'active'>
}

/** A full disk, too many open files, a worker that was killed: the same bundle may be fine a moment later. */
const TRANSIENT: ReadonlySet<StoreProblem> = new Set(['state', 'internal', 'worker'])
/** What a bundle looks like that a server without a `Content-Length` has cut off: nothing else tells. */
const CUT: ReadonlySet<StoreProblem> = new Set(['truncated', 'corrupt', 'not-gzip'])

/** Milliseconds for which a start waits for a source that does not answer, where the last good bundle may serve meanwhile. */
const AT_START = 10_000

/**
 * Keeps a store at what a source has. `ready` is settled when the first try is over: with the source's policy, with the last good
 * one where the source has none or none that is good or is slow, or with none.
 */
export function followSource(store: Followed, options: SourceOptions, atStart = AT_START): BundleSource {
  const source = open(options, {
    async onBundle(bytes) {
      const activation = await store.activate(bytes)
      if (activation.kind !== 'refused') return null
      return TRANSIENT.has(activation.code) || (options.kind === 'https' && CUT.has(activation.code)) ? 'again' : null
    },
    onSame: () => store.confirm(),
    onProblem: (code, message) => store.report(code, message),
  })
  return { ...source, ready: firstPolicy(store, source, atStart) }
}

async function firstPolicy(store: Followed, { ready }: BundleSource, patience: number): Promise<void> {
  await settledWithin(ready, patience, undefined)
  await store.recover()
  if (store.status.active !== null) return
  await ready
  await store.recover()
}

function open(options: SourceOptions, listener: SourceListener): BundleSource {
  switch (options.kind) {
    case 'file':
      return watchFile(options.file, { ...options, ...listener, onContent: (bytes) => listener.onBundle(bytes) })
    case 'https': {
      const { interval, wait, retry } = options
      return pollSource({ interval, wait, retry, ask: (tag, asking) => askHttps(options, tag, asking) }, listener)
    }
    case 'oci': {
      const { interval, retry } = options
      return pollSource({ interval, wait: 0, retry, ask: (tag, asking) => askRegistry(options, tag, asking) }, listener)
    }
  }
}
