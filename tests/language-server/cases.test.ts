/** What the server answers over standard input and output. */
import { afterAll, beforeAll } from 'vitest'
import { describeCases, FOLDER } from './cases/run-cases.ts'
import { expectCleanShutdown, type StartedServer, startServer } from './start-server.ts'

let server: StartedServer
beforeAll(async () => {
  server = startServer()
  await server.client.start([FOLDER])
})
afterAll(() => expectCleanShutdown(server))

describeCases(() => server.client)
