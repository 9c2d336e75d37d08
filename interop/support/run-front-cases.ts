import { frontCases, whyNot } from '../../tests/fronts/cases/index.ts'
import type { Stand } from '../../tests/fronts/stand.ts'
import type { InteropRun } from './interop-run.ts'

/** Runs all cases of fronts. A case that the front cannot run is skipped, and says why. */
export async function runFrontCases(run: InteropRun, stand: Stand): Promise<void> {
  for (const [topic, cases] of Object.entries(frontCases))
    for (const each of cases) {
      const name = `${stand.front.name}: ${topic}: ${each.name}`
      const reason = whyNot(stand, each)
      if (reason !== undefined) run.skip(name, reason)
      else {
        await run.check(name, () => each.run(stand))
        const trace = stand.takeTrace()
        if (trace.length > 0) run.say(`      client → service: ${trace.join('; ')}`)
      }
    }
}
