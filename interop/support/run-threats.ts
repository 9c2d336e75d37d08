import { cases } from '../../tests/threats/cases.ts'
import { frameCases } from '../../tests/threats/frame-cases.ts'
import type { ThreatStand } from '../../tests/threats/front-stand.ts'
import { type Differences, FrontThreats } from '../../tests/threats/front-threats.ts'
import { sequenceCases } from '../../tests/threats/sequence-cases.ts'
import type { InteropRun } from './interop-run.ts'

/** Generated targets over each protocol. */
const TARGETS = 2000

const all = Object.entries(cases).flatMap(([topic, list]) => list.map((each) => [`${topic}: ${each.name}`, each] as const))

/** Runs the threat cases through a front, and compares what the service saw with the audit log. */
export async function runThreats(run: InteropRun, stand: ThreatStand, differences: Differences): Promise<void> {
  const settled = (protocol: string, threats: FrontThreats) =>
    run.check(`${protocol}: each request that the service saw is the one that was decided`, async () =>
      run.say(`${stand.front.name}, ${protocol}: ${await threats.settle()}`),
    )
  const http1 = new FrontThreats(stand, differences)
  for (const [name, each] of all) await run.check(name, () => http1.http1(name, each))
  for (const each of sequenceCases) await run.check(each.name, () => http1.sequence(each.name, each))
  await settled('HTTP/1.1', http1)
  const http2 = new FrontThreats(stand, differences)
  for (const [name, each] of all.filter(([name]) => !name.startsWith('Framing: ')))
    await run.check(`HTTP/2: ${name}`, () => http2.http2(`HTTP/2: ${name}`, each))
  for (const each of frameCases) await run.check(`HTTP/2: ${each.name}`, () => http2.frames(`HTTP/2: ${each.name}`, each))
  await settled('HTTP/2', http2)
  const targets = new FrontThreats(stand, differences)
  await run.check(`${TARGETS} generated targets`, () => targets.targets('targets', TARGETS))
  await settled('generated targets', targets)
  for (const [name, why] of Object.entries(differences)) run.say(`differs  ${name}: ${why}`)
}
