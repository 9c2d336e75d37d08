import { watchFile } from '../../base/files/watch-file.ts'
import { settledWithin } from '../../base/waiting.ts'
import type { PolicyStore } from '../store/policy-store.ts'
import { isTransient, type StoreProblem } from '../store/policy-target.ts'
import { askHttps } from './ask-https.ts'
import { askRegistry } from './ask-registry.ts'
import type { BundleSource, SourceListener } from './bundle-source.ts'
import { pollSource } from './poll-source.ts'
import type { Reference } from './reference.ts'

/** Configuration of the source of bundles. Times are in milliseconds; secrets are read at each use. */
export type SourceOptions =
  | {
      readonly kind: 'file'
      readonly file: string
      /** Milliseconds between two checks of the file for a new bundle. */
      readonly interval?: number
      /** Milliseconds until a bundle that was refused for a transient reason is tried again. */
      readonly retry?: number
    }
  | {
      readonly kind: 'https'
      readonly url: string
      readonly interval: number
      /** Milliseconds for which the server may hold a request. */
      readonly wait: number
      readonly token: (() => string) | null
      /** Milliseconds before the next attempt after a failure; doubles each time. */
      readonly retry?: number
    }
  | ({
      readonly kind: 'oci'
      readonly interval: number
      readonly retry?: number
      readonly username: string | null
      readonly password: (() => string) | null
    } & Reference)

export type Followed = Pick<PolicyStore, 'activate' | 'confirm' | 'recover' | 'report'> & {
  readonly status: Pick<PolicyStore['status'], 'active'>
}

/** Codes by which a bundle is recognized as truncated, if the server sends no `Content-Length`. */
const CUT: ReadonlySet<StoreProblem> = new Set(['truncated', 'corrupt', 'not-gzip'])

/** Milliseconds for which a start waits for a slow source, after which the last good bundle may be activated. */
const AT_START = 10_000

/**
 * Follows a source of bundles. `ready` resolves after the first attempt, with the policy of the source, the last good policy,
 * or none.
 */
export function followSource(store: Followed, options: SourceOptions, atStart = AT_START): BundleSource {
  const source = open(options, {
    async onBundle(bytes) {
      const activation = await store.activate(bytes)
      if (activation.kind !== 'refused') return null
      return isTransient(activation) || (options.kind === 'https' && CUT.has(activation.code)) ? 'again' : null
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
