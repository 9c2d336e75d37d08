import { equal } from 'node:assert/strict'
import { reached, refused } from '../tests/fronts/cases/front-case.ts'
import { HOST, type Outcome, type Stand, startStand } from '../tests/fronts/stand.ts'
import { checksListener, startExample } from './envoy/example.ts'
import { outageCases } from './envoy/outage-cases.ts'
import { CLIENT, startRelay } from './envoy/relay.ts'
import { settingCases } from './envoy/setting-cases.ts'
import { installEnvoy } from './envoy/start-envoy.ts'
import { tutorialCases } from './envoy/tutorial.ts'
import type { InteropRun } from './support/interop-run.ts'
import { runFrontCases } from './support/run-front-cases.ts'
import type { Suite } from './support/suite.ts'

export const envoy: Suite = {
  summary: 'Envoy, which asks by its external authorization: the examples for gRPC and HTTP, single settings, and the tutorial',
  async run(run) {
    const program = await installEnvoy(run)
    await run.part('envoy-settings', (part) => settingCases(part, program))
    await run.part('envoy-outages', (part) => outageCases(part, program))
    await run.part('envoy-grpc', (part) => grpcExample(part, program))
    await run.part('envoy-http', (part) => httpExample(part, program))
    await run.part('envoy-tutorial', (part) => tutorialCases(part, program))
  },
}

async function grpcExample(run: InteropRun, program: string): Promise<void> {
  const stand = await startStand(run, {
    checks: checksListener('iap.yaml', { address: 'unix:@/check.sock', group: undefined }),
    async start(backends) {
      const port = await startExample(run, program, 'envoy.yaml', backends)
      return { name: 'Envoy, gRPC', port, http2: port, cannot: {} }
    },
  })
  await runFrontCases(run, stand)
  await run.check('Envoy, gRPC: a chunked body that a rule reads', async () =>
    refused(await sendChunked(stand, '{"amount":100}'), 413, 'body-incomplete'),
  )
}

async function sendChunked({ send }: Stand, body: string): Promise<Outcome> {
  const head = `POST /orders HTTP/1.1\nHost: ${HOST}\nConnection: close\nContent-Type: application/json\n`
  return await send(`${head}Transfer-Encoding: chunked\n\n${body.length.toString(16)}\n${body}\n0\n\n`)
}

/** Envoy is on the machine of its clients here. So a relay gives them an address that is not Envoy's. */
async function httpExample(run: InteropRun, program: string): Promise<void> {
  const stand = await startStand(run, {
    checks: checksListener('iap-http.yaml', { address: '127.0.0.1:0' }),
    async start(backends) {
      const port = await startRelay(run, await startExample(run, program, 'envoy-http.yaml', backends))
      return { name: 'Envoy, HTTP', port, http2: port, client: CLIENT, cannot: {} }
    },
  })
  await runFrontCases(run, stand)
  await run.check('Envoy, HTTP: a chunked body that a rule reads, whole and cut', async () => {
    equal(reached(await sendChunked(stand, '{"amount":100}')).body, '{"amount":100}')
    refused(await sendChunked(stand, '{"amount":101}'), 403, 'denied')
    refused(await sendChunked(stand, `{"amount":1${' '.repeat(70_000)}}`), 413, 'body-incomplete')
  })
}
