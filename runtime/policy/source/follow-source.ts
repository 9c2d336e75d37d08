import type { StoreProblem } from '../store/enforcers.ts'
import type { PolicyStore } from '../store/policy-store.ts'
import { askHttps } from './ask-https.ts'
import { askRegistry } from './ask-registry.ts'
import type { BundleSource, SourceListener } from './bundle-source.ts'
import { pollSource } from './poll-source.ts'
import type { Reference } from './reference.ts'
import { watchFile } from './watch-file.ts'

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
    }
  | ({
      readonly kind: 'oci'
      readonly interval: number
      readonly username: string | null
      readonly password: (() => string) | null
    } & Reference)

/** A full disk, too many open files, a worker that was killed: the same bundle may be fine a moment later. */
const PASSING: ReadonlySet<StoreProblem> = new Set(['state', 'internal', 'worker'])
/** What a bundle looks like that was cut off on its way, where nothing else tells. */
const CUT: ReadonlySet<StoreProblem> = new Set(['truncated', 'corrupt', 'not-gzip'])

/**
 * Keeps a store at what a source has. `ready` is settled when the first try is over: with the source's policy, with the last good one where the source has none or none that is good, or
 * with none.
 */
export function followSource(store: PolicyStore, options: SourceOptions): BundleSource {
  const source = open(options, {
    async onBundle(bytes) {
      const activation = await store.activate(bytes)
      if (activation.kind !== 'refused') return null
      return PASSING.has(activation.code) || (options.kind !== 'file' && CUT.has(activation.code)) ? 'again' : null
    },
    onSame: () => store.confirm(),
    onProblem: (code, message) => store.report(code, message),
  })
  return { ...source, ready: source.ready.then(async () => void (await store.recover())) }
}

function open(options: SourceOptions, listener: SourceListener): BundleSource {
  switch (options.kind) {
    case 'file':
      return watchFile(options.file, { ...options, ...listener, onContent: (bytes) => listener.onBundle(bytes) })
    case 'https': {
      const { interval, wait } = options
      return pollSource({ interval, wait, ask: (tag, signal) => askHttps(options, tag, signal) }, listener)
    }
    case 'oci': {
      const { interval } = options
      return pollSource({ interval, wait: 0, ask: (tag, signal) => askRegistry(options, tag, signal) }, listener)
    }
  }
}
