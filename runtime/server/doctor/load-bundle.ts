import { messageOf } from '../../base/errors.ts'
import { readRegular } from '../../base/files/read-regular.ts'
import { requireSecret, type SecretRef } from '../../base/secret.ts'
import { Agent, buildConnector } from '../../base/undici/index.ts'
import { type Bundle, type PublicKey, readBundle } from '../../policy/index.ts'
import { askHttps } from '../../policy/source/ask-https.ts'
import { askRegistry } from '../../policy/source/ask-registry.ts'
import type { PollResult } from '../../policy/source/poll-source.ts'
import type { BundleConfig, Config } from '../config/config.ts'
import { readKeys } from '../read-keys.ts'

export type LoadedBundle =
  | {
      readonly kind: 'read'
      /** Source of the bundle in messages. Its query is left out, as it may hold a credential. */
      readonly name: string
      readonly bytes: Uint8Array
      readonly keys: readonly PublicKey[]
      /** The verified bundle; `null` if it is invalid. */
      readonly bundle: Bundle | null
    }
  | { readonly kind: 'unreadable'; readonly name: string; readonly message: string }
  | { readonly kind: 'none' }

/**
 * Reads the bundle of the configured source: from its file, or by one request to its server. Verifies its signatures. Never
 * rejects.
 *
 * @param offline whether to read only files
 */
export async function loadBundle({ bundle }: Config, signal: AbortSignal, offline = false): Promise<LoadedBundle> {
  if (bundle === null) return { kind: 'none' }
  const { source, signatures } = bundle
  const name = source.kind === 'file' ? source.file : (source.url.split('?', 1)[0] as string)
  if (offline && source.kind !== 'file') return { kind: 'unreadable', name, message: 'it is not fetched without the network' }
  try {
    const { keys } = await readKeys(bundle.keys)
    const bytes = await readSource(bundle, signal)
    const read = await readBundle(bytes, { keys, signatures })
    return { kind: 'read', name, bytes, keys, bundle: read.ok ? read.bundle : null }
  } catch (error) {
    return { kind: 'unreadable', name, message: signal.aborted ? 'the server did not answer in time' : reasonOf(error) }
  }
}

async function readSource({ source }: BundleConfig, signal: AbortSignal): Promise<Uint8Array> {
  if (source.kind === 'file') return await readRegular(source.file)
  const connections = ownConnections()
  const asking = { signal, onAnswer: () => {}, fetch: connections.fetch }
  const asked: Promise<PollResult> =
    source.kind === 'https'
      ? askHttps({ ...source, token: reading(source.token) }, null, asking)
      : askRegistry({ ...source, password: reading(source.password) }, null, asking)
  const polled = await asked.finally(() => connections.end())
  // Without a tag, a source never answers that the bundle is the same.
  if (polled.kind === 'same') throw new Error('the source returned no bundle: this is a bug in iap; report it')
  return polled.bytes
}

/** Connections that `end` ends at once. Those of Node's `fetch` go on connecting after their request was aborted. */
function ownConnections(): { readonly fetch: typeof globalThis.fetch; end(): void } {
  const sockets = new Set<{ destroy(): void }>()
  const connect = buildConnector({})
  const agent = new Agent({
    connect(options, callback) {
      sockets.add(connect(options, callback) as unknown as { destroy(): void })
    },
  })
  return {
    fetch: (async (url: string, options: object) => {
      const { fetch } = await import('undici/lib/web/fetch/index.js')
      return await fetch(url, { ...options, dispatcher: agent })
    }) as unknown as typeof globalThis.fetch,
    end() {
      for (const socket of sockets) socket.destroy()
      agent.destroy().catch(() => {})
    },
  }
}

function reading(secret: SecretRef | null): (() => string) | null {
  return secret && (() => requireSecret(secret))
}

/** The message of `fetch` names no reason; that of its cause does. */
function reasonOf(error: unknown): string {
  const { cause } = error as { readonly cause?: { readonly code?: unknown } }
  return cause?.code === undefined ? messageOf(error) : `${String(cause.code)}: ${messageOf(cause)}`
}
