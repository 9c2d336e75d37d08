/** What the server answers over standard input and output. */
import { afterAll, beforeAll, expect } from 'vitest'
import { describeCases, FOLDER } from './cases/run-cases.ts'
import { type StartedServer, startServer } from './start-server.ts'

let server: StartedServer
beforeAll(async () => {
  server = startServer()
  await server.client.start([FOLDER])
})
afterAll(async () => {
  await server.client.stop()
  expect([await server.exited, server.errors(), server.client.problems]).toEqual([0, '', []])
})

describeCases(() => server.client)
