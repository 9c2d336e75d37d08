/** Starts the language server as a web worker on a page in Chromium, as an editor in a browser does. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Browser, chromium } from 'playwright-core'
import {
  AbstractMessageReader,
  AbstractMessageWriter,
  createProtocolConnection,
  type DataCallback,
  type Disposable,
  type Message,
  type ProtocolConnection,
} from 'vscode-languageserver-protocol/node.js'
import { chromiumFlags, chromiumPath } from '../support/chromium.ts'

const program = readFileSync(fileURLToPath(new URL('../../dist/language-server.worker.js', import.meta.url)))

export interface StartedWorker {
  /** Does not listen yet. */
  readonly connection: ProtocolConnection
  /** Errors of the page and of the worker, and what they wrote to the console. */
  readonly problems: readonly string[]
  stop(): Promise<void>
}

/** @param type how the page starts the worker */
export async function startWorker(type: 'classic' | 'module'): Promise<StartedWorker> {
  const browser: Browser = await chromium.launch({ executablePath: chromiumPath(), args: [...chromiumFlags] })
  const page = await browser.newPage()
  const problems: string[] = []
  page.on('console', (message) => problems.push(message.text()))
  page.on('pageerror', (error) => problems.push(error.message))
  await page.route('**/*', (route) => {
    const isWorker = new URL(route.request().url()).pathname === '/worker.js'
    if (isWorker) return route.fulfill({ contentType: 'text/javascript', body: program })
    return route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>editor</title>' })
  })
  const reader = new Reader()
  await page.exposeFunction('received', (message: Message) => reader.receive(message))
  await page.goto('https://editor.example/')
  await page.evaluate(`
    globalThis.worker = new Worker('/worker.js', { type: '${type}' })
    worker.onmessage = ({ data }) => received(data)
    worker.onerror = ({ message }) => console.error(message)`)
  const send = (message: Message) => page.evaluate((data) => Reflect.get(globalThis, 'worker').postMessage(data), message)
  return {
    connection: createProtocolConnection(reader, new Writer(send)),
    problems,
    stop: () => browser.close(),
  }
}

class Reader extends AbstractMessageReader {
  #callback: DataCallback | null = null

  receive(message: Message): void {
    this.#callback?.(message)
  }

  listen(callback: DataCallback): Disposable {
    this.#callback = callback
    return { dispose: () => {} }
  }
}

class Writer extends AbstractMessageWriter {
  readonly #send: (message: Message) => Promise<void>

  constructor(send: (message: Message) => Promise<void>) {
    super()
    this.#send = send
  }

  write(message: Message): Promise<void> {
    return this.#send(message)
  }

  end(): void {}
}
