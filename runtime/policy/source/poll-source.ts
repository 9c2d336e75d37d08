import { messageOf } from '../../base/errors.ts'
import { Pause } from '../../base/waiting.ts'
import { type BundleSource, type SourceListener, SourceProblem } from './bundle-source.ts'

/** What a server answered: a bundle and what names it there, or that it is still the one that it gave last. */
export type PollResult =
  | { readonly kind: 'bundle'; readonly bytes: Uint8Array; readonly tag: string }
  | { readonly kind: 'same'; readonly tag: string }

export interface PollRequest {
  readonly signal: AbortSignal
  /** To be called when the server begins to answer. */
  readonly onAnswer: () => void
}

export interface PollOptions {
  /** Asks for what is not `tag`; null: for whatever there is. Throws `SourceProblem`, or what the network throws. */
  readonly ask: (tag: string | null, asking: PollRequest) => Promise<PollResult>
  /** Milliseconds between two questions. */
  readonly interval: number
  /** Milliseconds for which the server may wait before it says that nothing has changed; 0: it is not asked to. */
  readonly wait: number
  /** Milliseconds after a failure, twice as many after the next one, up to a minute; a second where left out. */
  readonly retry?: number | undefined
}

/** Milliseconds after a failure. */
const MOST_RETRY = 60_000
/** Milliseconds for an answer, beside what the server may wait. */
const PATIENCE = 60_000
/** Milliseconds between the beginnings of two questions at least, however often somebody tells to look. */
const LEAST = 1000

/** Asks a server again and again. Proxies that were started together do not ask together: each waits up to a tenth less. */
export function pollSource({ ask, interval, wait, retry = 1000 }: PollOptions, listener: SourceListener): BundleSource {
  let tag: string | null = null
  let failures = 0
  let problem: string | null = null
  let isClosed = false
  /** Somebody told to look since the last question began: what is there is wanted, whatever it is. */
  let isLooked = false
  let began = Number.NEGATIVE_INFINITY
  /** The question that is under way. */
  let asking = new AbortController()
  /** The server waits until it has something new, and has been told nothing of it. */
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

  /** Milliseconds until the next one. */
  async function turn(): Promise<number> {
    began = performance.now()
    if (isLooked) tag = null
    isLooked = false
    clearTimeout(hurry)
    // Before anything serves, nothing is waited for.
    const waits = tag === null ? 0 : wait
    isWaiting = waits > 0
    asking = new AbortController()
    const { signal } = asking
    const late = new SourceProblem('source-unreadable', 'the source does not answer in time')
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
    // A server that has waited is asked again at once, and so is one that has just given another; one that does not know how to
    // wait would be asked without end.
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
      // One that waits may wait for long; one that gives something is let finish.
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

const HURRY = new Error('somebody told to look')

/** undici says only `fetch failed`, or `terminated`; its cause says why. */
function reasonOf(error: unknown): string {
  const { cause } = error as { cause?: { code?: unknown; message?: unknown } }
  return `the source cannot be read: ${String(cause?.message || cause?.code || messageOf(error))}`
}
