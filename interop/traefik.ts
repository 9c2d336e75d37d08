import { startStand } from '../tests/fronts/stand.ts'
import { exampleListener } from './support/front-example.ts'
import { runOwnCases } from './support/own-case.ts'
import { runFrontCases } from './support/run-front-cases.ts'
import type { Suite } from './support/suite.ts'
import { installTraefik } from './traefik/install-traefik.ts'
import { startTraefik } from './traefik/start-traefik.ts'
import { traefikCases } from './traefik/traefik-cases.ts'

const ANY_PORT = { address: '127.0.0.1:0' }

export const traefik: Suite = {
  summary: 'Traefik, which asks by `forwardAuth`: the example, and what its settings are for',
  async run(run) {
    const program = await installTraefik(run)
    let cases: ReturnType<typeof traefikCases> = () => []
    const stand = await startStand(run, {
      checks: exampleListener('traefik/iap.yaml', ANY_PORT),
      more: [exampleListener('traefik/iap.yaml', { ...ANY_PORT, trust: { proxies: ['127.0.0.1'] } })],
      async start(backends) {
        const port = await startTraefik(run, program, backends)
        const another = ({ backends: others = backends, ...changes }: Parameters<Parameters<typeof traefikCases>[0]>[0]) =>
          startTraefik(run, program, others, changes)
        cases = traefikCases(another, backends, run.scratch)
        return {
          name: 'Traefik',
          port,
          http2: port,
          cannot: {
            'permit-headers': 'it adds no headers of a permit to the response, but cookies',
            'raw-paths': 'it decodes letters, digits, `-`, `.`, `_` and `~` of a path before it asks',
          },
        }
      },
    })
    await runFrontCases(run, stand)
    await runOwnCases(run, stand, cases(stand))
  },
}
