import { HAPROXY_CHECKS, startHaproxyFront } from '../tests/fronts/haproxy-front.ts'
import { startStand } from '../tests/fronts/stand.ts'
import { runFrontCases } from './support/run-front-cases.ts'
import type { Suite } from './support/suite.ts'

export const haproxy: Suite = {
  summary: 'HAProxy, which asks by an action in Lua (forward-auth), with the configuration in `examples/fronts/haproxy`',
  async run(run) {
    const { output } = await run.exec('haproxy', ['-v'])
    run.say(output.split('\n')[0] ?? '')
    const stand = await startStand(run, {
      checks: HAPROXY_CHECKS,
      async start(backends) {
        const front = await startHaproxyFront(backends)
        run.defer(() => front.close())
        return front
      },
    })
    await runFrontCases(run, stand)
  },
}
