import { messageOf } from '../message-of.ts'
import { type BundleSource, type SourceListener, SourceProblem } from './bundle-source.ts'

/** What a server answered: a bundle and what names it there, or that it is the one of that name still. */
export type Asked = { readonly kind: 'bundle'; readonly bytes: Uint8Array; readonly tag: string } | { readonly kind: 'same' }

export interface PollOptions {
  /** Asks for what is not `tag`; null: for whatever there is. Throws `SourceProblem`, or what the network throws. */
  readonly ask: (tag: string | null, signal: AbortSignal) => Promise<Asked>
  /** Milliseconds between two questions. */
  readonly interval: number
  /** Milliseconds for which the server may wait before it says that nothing has changed; 0: it is not asked to. */
  readonly wait: number
}

/** Milliseconds after a failure, twice as many after the next one. */
const RETRY = { first: 1000, most: 60_000 }
/** Milliseconds for an answer, beside what the server may wait. */
const PATIENCE = 60_000

/** Asks a server again and again. Proxies that were started together do not ask together: each waits up to a tenth less. */
export function pollSource({ ask, interval, wait }: PollOptions, listener: SourceListener): BundleSource {
  const closing = new AbortController()
  let tag: string | null = null
  let failures = 0
  let problem: string | null = null
  let looks = 0
  let wake = (): void => {}

  const first = turn()
  const done = first.then(async (next) => {
    for (let delay = next; !closing.signal.aborted; delay = await turn()) await pause(delay)
  })

  /** Milliseconds until the next one. */
  async function turn(): Promise<number> {
    const began = performance.now()
    const seen = looks
    // Before anything serves, nothing is waited for.
    const patience = PATIENCE + (tag === null ? 0 : wait)
    try {
      const asked = await ask(tag, AbortSignal.any([closing.signal, AbortSignal.timeout(patience)]))
      if (closing.signal.aborted) return 0
      problem = null
      if (asked.kind === 'same') listener.onSame()
      else if ((await listener.onBundle(asked.bytes)) === 'again') return failed()
      else tag = asked.tag
      failures = 0
    } catch (error) {
      if (closing.signal.aborted) return 0
      fail(error)
      return failed()
    }
    // A server that has waited is asked again at once; one that does not know how to would be asked without end.
    const hasWaited = wait > 0 && performance.now() - began > wait / 2
    return seen !== looks || hasWaited ? 0 : interval * (1 - Math.random() / 10)
  }

  function failed(): number {
    failures++
    tag = null
    return Math.min(RETRY.most, RETRY.first * 2 ** (failures - 1)) * (1 - Math.random() / 10)
  }

  function fail(error: unknown): void {
    const { code, message } = error instanceof SourceProblem ? error : new SourceProblem('source-unreadable', reasonOf(error))
    if (problem === message) return
    problem = message
    listener.onProblem(code, message)
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms).unref()
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  return {
    ready: first.then(() => {}),
    look() {
      looks++
      tag = null
      wake()
    },
    async close() {
      closing.abort()
      wake()
      await done
    },
  }
}

/** undici says only `fetch failed`, or `terminated`; its cause says why. */
function reasonOf(error: unknown): string {
  const { cause, name } = error as { cause?: { code?: unknown; message?: unknown }; name?: unknown }
  if (name === 'TimeoutError') return 'the source does not answer in time'
  return `the source cannot be read: ${String(cause?.message ?? cause?.code ?? messageOf(error))}`
}
