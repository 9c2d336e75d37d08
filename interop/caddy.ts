import { startStand } from '../tests/fronts/stand.ts'
import { caddyCases } from './caddy/caddy-cases.ts'
import { installCaddy, startCaddy } from './caddy/start-caddy.ts'
import { exampleListener } from './support/front-example.ts'
import { runOwnCases } from './support/own-case.ts'
import { runFrontCases } from './support/run-front-cases.ts'
import type { Suite } from './support/suite.ts'

const ANY_PORT = { address: '127.0.0.1:0' }

export const caddy: Suite = {
  summary: 'Caddy, which asks by `forward_auth`: the example, and what its settings are for',
  async run(run) {
    const program = await installCaddy(run)
    let cases: ReturnType<typeof caddyCases> = () => []
    const stand = await startStand(run, {
      checks: exampleListener('caddy/iap.yaml', ANY_PORT),
      more: [exampleListener('caddy/iap.yaml', { ...ANY_PORT, trust: { proxies: ['127.0.0.1'] } })],
      async start(backends) {
        const start = (backs = backends, change = (text: string) => text) => startCaddy(run, program, backs, change)
        const port = await start()
        cases = caddyCases(start, backends)
        return {
          name: 'Caddy',
          port,
          http2: port,
          cannot: { 'checked-bodies': 'it has one body, which would not reach the service if it were sent with the check' },
        }
      },
    })
    await runFrontCases(run, stand)
    await runOwnCases(run, stand, cases(stand))
  },
}
