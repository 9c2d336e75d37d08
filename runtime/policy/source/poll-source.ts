import { messageOf } from '../../base/errors.ts'
import { Pause } from '../../base/waiting.ts'
import { type BundleSource, type SourceListener, SourceProblem } from './bundle-source.ts'

/**
 * Result of a poll: a bundle, or the fact that it is unchanged since the last poll. `tag` identifies the version of the bundle.
 */
export type PollResult =
  | { readonly kind: 'bundle'; readonly bytes: Uint8Array; readonly tag: string }
  | { readonly kind: 'same'; readonly tag: string }

export interface PollRequest {
  readonly signal: AbortSignal
  /** Callback to call when the server begins to respond. */
  readonly onAnswer: () => void
  /** Sends requests. Default: Node's `fetch`, whose connections belong to the process. */
  readonly fetch?: typeof globalThis.fetch
}

export interface PollOptions {
  /**
   * Fetches the bundle unless it has the given tag (`null`: any bundle).
   *
   * @throws SourceProblem, and errors of the network
   */
  readonly ask: (tag: string | null, asking: PollRequest) => Promise<PollResult>
  /** Milliseconds between two polls. */
  readonly interval: number
  /** Milliseconds for which the server may hold a request; 0 polls without holding. */
  readonly wait: number
  /** Milliseconds before the next attempt after a failure; doubles up to a minute. Default: one second. */
  readonly retry?: number | undefined
}

const MOST_RETRY = 60_000
/** Milliseconds to wait for a response, in addition to `wait`. */
const PATIENCE = 60_000
/** Minimum milliseconds between polls, however often `look` is called. */
const LEAST = 1000

/** Polls a server. Each proxy shortens its interval by up to a tenth, so that proxies that started together spread out. */
export function pollSource({ ask, interval, wait, retry = 1000 }: PollOptions, listener: SourceListener): BundleSource {
  let tag: string | null = null
  let failures = 0
  let problem: string | null = null
  let isClosed = false
  /** `look` was called since the last poll began: fetch anything. */
  let isLooked = false
  let began = Number.NEGATIVE_INFINITY
  /** The request under way. */
  let asking = new AbortController()
  /** The server is holding the request. */
  let isWaiting = false
  let hurry: NodeJS.Timeout | undefined
  const pause = new Pause()

  const first = turn()
  const done = first.then(async (next) => {
    let delay = next
    while (!isClosed) {
      await pause.for(isLooked ? LEAST - (performance.now() - began) : delay, true)
      if (!isClosed) delay = await turn()
    }
  })

  async function turn(): Promise<number> {
    began = performance.now()
    if (isLooked) tag = null
    isLooked = false
    clearTimeout(hurry)
    // Without a policy, the server must respond at once.
    const waits = tag === null ? 0 : wait
    isWaiting = waits > 0
    asking = new AbortController()
    const { signal } = asking
    const late = new SourceProblem(
      'source-unreadable',
      `\`bundle.source\` did not answer within ${(PATIENCE + waits) / 1000} s: check its server and the network`,
    )
    const timer = setTimeout(() => asking.abort(late), PATIENCE + waits).unref()
    try {
      return await take(await ask(tag, { signal, onAnswer: () => (isWaiting = false) }))
    } catch (error) {
      if (isClosed || signal.reason === HURRY) return 0
      fail(signal.aborted ? signal.reason : error)
      return failed()
    } finally {
      isWaiting = false
      clearTimeout(timer)
    }
  }

  async function take(asked: PollResult): Promise<number> {
    if (isClosed) return 0
    problem = null
    if (asked.kind === 'same') listener.onSame()
    else if ((await listener.onBundle(asked.bytes)) === 'again') return failed()
    tag = asked.tag
    failures = 0
    if (wait === 0) return interval * (1 - Math.random() / 10)
    // At once after a held request, after a second for a new bundle. A server that cannot hold must not be polled without end.
    const hasWaited = performance.now() - began > wait / 2
    if (hasWaited) return 0
    return asked.kind === 'bundle' ? LEAST : interval * (1 - Math.random() / 10)
  }

  function failed(): number {
    failures++
    tag = null
    return Math.min(MOST_RETRY, retry * 2 ** (failures - 1)) * (1 - Math.random() / 10)
  }

  function fail(error: unknown): void {
    const { code, message } = error instanceof SourceProblem ? error : new SourceProblem('source-unreadable', reasonOf(error))
    if (problem === message) return
    problem = message
    listener.onProblem(code, message)
  }

  return {
    ready: first.then(() => {}),
    look() {
      if (isLooked || isClosed) return
      isLooked = true
      const left = Math.max(0, LEAST - (performance.now() - began))
      clearTimeout(hurry)
      // Aborts a held request, which may last; a response under way may complete.
      hurry = setTimeout(() => (isWaiting ? asking.abort(HURRY) : pause.end()), left).unref()
    },
    async close() {
      isClosed = true
      asking.abort()
      clearTimeout(hurry)
      pause.end()
      await done
    },
  }
}

const HURRY = new Error('an operator requested a poll')

/** Returns the reason of an error. Errors of undici say only `fetch failed` or `terminated`; their cause is the reason. */
function reasonOf(error: unknown): string {
  const { cause } = error as { cause?: { code?: unknown; message?: unknown } }
  return `the source cannot be read: ${String(cause?.message || cause?.code || messageOf(error))}`
}
