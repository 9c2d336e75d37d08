/** What the server answers as a web worker in Chromium: the same as over standard input and output. */
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { hasChromium } from '../support/chromium.ts'
import { describeCases, FOLDER } from './cases/run-cases.ts'
import { Client } from './client.ts'
import { type StartedWorker, startWorker } from './start-worker.ts'

const installed = hasChromium()
// The gate has it, and must not pass without it.
if (!installed && process.env.CI) throw new Error('chromium is not installed')

describe.skipIf(!installed)('a worker in Chromium', () => {
  let worker: StartedWorker
  let client: Client
  beforeAll(async () => {
    worker = await startWorker('module')
    client = new Client(worker.connection)
    await client.start([FOLDER])
  })
  afterAll(async () => {
    // What was sent before has arrived then.
    await client.connection.sendRequest('shutdown')
    const problems = [...worker.problems, ...client.problems]
    await worker.stop()
    expect(problems).toEqual([])
  })

  describeCases(() => client)
})
