import type { Worker } from 'node:worker_threads'
import { addressBlock } from '../../../base/address.ts'
import type { Log } from '../../../base/log.ts'
import { startPluginThread } from '../../../base/plugin-thread.ts'
import { FairSlots } from '../../provider/fair-slots.ts'
import { type PluginAnswer, type PluginRequest, readAnswer } from './plugin-answer.ts'
import { PLUGIN_THREAD } from './plugin-thread.ts'

export interface IdentityPluginOptions {
  /** Milliseconds to wait for each response of the plug-in. */
  readonly timeout: number
  readonly log: Log
  readonly identity: string
}

interface Question {
  readonly request: PluginRequest
  timer: NodeJS.Timeout
  /** Whether the request was already sent to an earlier thread. */
  isAgain: boolean
  answer(answer: PluginAnswer): void
}

/** Milliseconds to load a plug-in, unless its answer timeout is longer. */
const LOADING = 10_000
/** Minimum milliseconds before a plug-in that ended by itself is restarted. */
const PAUSE = 1000
/** Limits of concurrent requests to a plug-in. One address gets half of the slots at most, so that it cannot block others. */
const QUESTIONS = { slots: 1000, waiting: 0, patience: 0 }

/**
 * An authentication plug-in that runs in a thread of its own. If a response is late, the thread is ended and another one takes
 * over the waiting requests. An endless loop in the plug-in thus only delays requests.
 */
export class IdentityPlugin {
  readonly #file: string
  readonly #options: IdentityPluginOptions
  readonly #waiting = new Map<number, Question>()
  readonly #slots = new FairSlots(QUESTIONS)
  #thread: Worker | null = null
  #notBefore = 0
  #begun = 0
  #last = 0
  #closed = false

  constructor(file: string, options: IdentityPluginOptions) {
    this.#file = file
    this.#options = options
  }

  /** Loads the plug-in. Returns `null` on success, otherwise the reason for the failure. */
  load(): Promise<string | null> {
    return new Promise((resolve) => {
      const timer = setTimeout(
        () => {
          this.#end()
          resolve('was not loaded in time')
        },
        Math.max(LOADING, this.#options.timeout),
      )
      this.#start((problem) => {
        clearTimeout(timer)
        resolve(problem)
      })
    })
  }

  async ask(request: PluginRequest): Promise<PluginAnswer> {
    const answer = await this.#slots.run(addressBlock(request.address), () => this.#askNow(request))
    return answer ?? failed('too many requests wait for it')
  }

  #askNow(request: PluginRequest): Promise<PluginAnswer> {
    if (this.#closed) return Promise.resolve(failed('the proxy is stopping'))
    if (this.#thread === null && performance.now() < this.#notBefore) return Promise.resolve(failed('it has just exited'))
    return new Promise((resolve) => {
      const id = ++this.#last
      this.#waiting.set(id, { request, timer: this.#timer(id), isAgain: false, answer: resolve })
      if (this.#thread === null) this.#start(() => {})
      else this.#thread.postMessage({ id, request })
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#failAll('the proxy is stopping')
    await this.#end()
  }

  /** Sends waiting requests at once. */
  #start(onLoaded: (problem: string | null) => void): void {
    const thread = startPluginThread(PLUGIN_THREAD, this.#file, (text) => this.#said(text))
    this.#thread = thread
    this.#begun = performance.now()
    thread.on('message', (message: { readonly id: number } & Record<string, unknown>) => {
      if (thread !== this.#thread) return
      if (message.id !== 0) return this.#answered(message.id, readAnswer(message))
      if (message.kind === 'ready') return onLoaded(null)
      onLoaded(`cannot be loaded: ${message.message}`)
      this.#gone(thread, `it cannot be loaded: ${message.message}`)
    })
    thread.on('error', (error) => this.#gone(thread, error instanceof Error ? error.message : String(error)))
    thread.on('exit', () => {
      onLoaded('exited before it was loaded')
      this.#gone(thread, 'it has ended')
    })
    for (const [id, { request }] of this.#waiting) thread.postMessage({ id, request })
  }

  #answered(id: number, answer: PluginAnswer): void {
    const question = this.#waiting.get(id)
    if (question === undefined) return
    this.#waiting.delete(id)
    clearTimeout(question.timer)
    question.answer(answer)
  }

  #late(id: number): void {
    this.#options.log.error('the plug-in of an identity did not answer in time, and is restarted', {
      identity: this.#options.identity,
    })
    this.#answered(id, failed('it did not respond in time'))
    void this.#end()
    // Each question gets its full time in a thread, so no thread ends sooner than that, and at most two threads are tried.
    for (const [other, question] of [...this.#waiting]) {
      if (question.isAgain) this.#answered(other, failed('it did not respond in time'))
      else {
        question.isAgain = true
        clearTimeout(question.timer)
        question.timer = this.#timer(other)
      }
    }
    if (this.#waiting.size > 0) this.#start(() => {})
  }

  #timer(id: number): NodeJS.Timeout {
    return setTimeout(() => this.#late(id), this.#options.timeout)
  }

  /** It ended by itself: restarts with the next request, after a pause. */
  #gone(thread: Worker, why: string): void {
    if (thread !== this.#thread) return
    const now = performance.now()
    if (now - this.#begun < PAUSE) this.#notBefore = now + PAUSE
    this.#options.log.error(`the plug-in of an identity exited: ${why}`, { identity: this.#options.identity })
    void this.#end()
    this.#failAll(why)
  }

  async #end(): Promise<void> {
    const thread = this.#thread
    this.#thread = null
    await thread?.terminate()
  }

  #failAll(why: string): void {
    for (const id of [...this.#waiting.keys()]) this.#answered(id, failed(why))
  }

  #said(text: string): void {
    this.#options.log.info('output of the plug-in of an identity', {
      identity: this.#options.identity,
      text: text.slice(0, 1000),
    })
  }
}

function failed(message: string): PluginAnswer {
  return { kind: 'failed', message }
}
