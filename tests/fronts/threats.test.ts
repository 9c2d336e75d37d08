/** The raw-socket and raw-frame cases of `tests/threats` through nginx, with this proxy behind it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { InteropRun } from '../../interop/support/interop-run.ts'
import { nginx } from '../support/nginx.ts'
import { cases } from '../threats/cases.ts'
import { frameCases } from '../threats/frame-cases.ts'
import { startThreatStand, type ThreatStand } from '../threats/front-stand.ts'
import { FrontThreats } from '../threats/front-threats.ts'
import { sequenceCases } from '../threats/sequence-cases.ts'
import { nginxDifferences } from './nginx-differences.ts'
import { nginxStand, replaceAll, startNginxExample } from './nginx-example.ts'

/** No case waits long for the end of a connection. What a client sends at once is there at once, so that a pause means the end. */
const SOON = ['keepalive_timeout 100ms;', 'client_header_timeout 1s;', 'client_body_timeout 1s;', 'lingering_timeout 300ms;']

const run = new InteropRun('nginx-threats')
let stand: ThreatStand
let threats: FrontThreats

beforeAll(async () => {
  if (nginx === null) return
  stand = await startThreatStand(run, {
    checks: nginxStand(run).checks,
    async start(backends) {
      const soon = { 'merge_slashes off;': ['merge_slashes off;', ...SOON].join('\n  ') }
      const front = await startNginxExample(backends, (text) => replaceAll(text, soon))
      run.defer(front.close)
      return { name: 'nginx', ...front }
    },
  })
})

afterAll(() => run.cleanUp())

const all = Object.entries(cases).flatMap(([topic, list]) => list.map((each) => ({ ...each, topic })))

describe.skipIf(nginx === null)('HTTP/1.1', () => {
  beforeAll(() => {
    threats = new FrontThreats(stand, nginxDifferences)
  })

  test.each(all)('$topic: $name', async (each) => {
    await threats.http1(`${each.topic}: ${each.name}`, each)
  })

  test.each(sequenceCases)('$name', async (each) => await threats.sequence(each.name, each))

  test('each request that the service saw is the one that was decided', async () => {
    console.log(`nginx, HTTP/1.1: ${await threats.settle()}`)
  })
})

describe.skipIf(nginx === null)('HTTP/2', () => {
  beforeAll(() => {
    threats = new FrontThreats(stand, nginxDifferences)
  })

  // The framing of HTTP/2 has cases of its own.
  test.each(all.filter(({ topic }) => topic !== 'Framing'))('$topic: $name', async (each) => {
    await threats.http2(`HTTP/2: ${each.topic}: ${each.name}`, each)
  })

  test.each(frameCases)('$name', async (each) => await threats.frames(`HTTP/2: ${each.name}`, each))

  test('each request that the service saw is the one that was decided', async () => {
    console.log(`nginx, HTTP/2: ${await threats.settle()}`)
  })
})

describe.skipIf(nginx === null)('generated targets', () => {
  test('reach the service as they were decided, or not at all', async () => {
    threats = new FrontThreats(stand, nginxDifferences)
    await threats.targets('targets', process.env.IAP_FULL === '1' ? 20_000 : 500)
    console.log(`nginx, targets: ${await threats.settle()}`)
  })
})

test.skipIf(nginx === null)('each listed difference is of a case', () => {
  const names = new Set([...all.map(({ topic, name }) => `${topic}: ${name}`), ...sequenceCases.map(({ name }) => name)])
  const frames = new Set([...[...names].map((name) => `HTTP/2: ${name}`), ...frameCases.map(({ name }) => `HTTP/2: ${name}`)])
  expect(Object.keys(nginxDifferences).filter((name) => !names.has(name) && !frames.has(name))).toEqual([])
})
