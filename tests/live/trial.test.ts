/** A policy on trial in two workers, over real connections: what it would decide otherwise is found to the request, and answers stay what they are. */
import { Agent, request as httpRequest } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../life/proxy-process.ts'
import { type Live, livePolicy, openLive, openStreams } from './start-live.ts'
import { candidateOf, startTrial } from './start-trial.ts'

let live: Live

beforeAll(async () => {
  live = await openLive()
})
afterAll(() => live?.close())

const agent = new Agent({ keepAlive: true, maxSockets: 8 })
afterAll(() => agent.destroy())

function get(port: number, path: string, bearer?: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { host: 'app.test', ...(bearer !== undefined && { authorization: bearer }) }
    const request = httpRequest({ port, path, headers, agent }, (response) => {
      response.resume()
      response.on('end', () => resolve(response.statusCode ?? 0))
    })
    request.on('error', reject).end()
  })
}

test('shadow', async () => {
  const proxy = await startTrial(live, livePolicy(['staff']))
  expect(await proxy.begin(await candidateOf(livePolicy(['guests'])))).toBeNull()
  const staff = live.bearer({ sub: 'ann', groups: ['staff'] })
  const guest = live.bearer({ sub: 'ben', groups: ['guests'] })
  expect(await get(proxy.port, '/users/a', staff)).toBe(200)
  expect(await get(proxy.port, '/users/a', guest)).toBe(403)
  expect(await get(proxy.port, '/open/a', guest)).toBe(200)
  const records = await proxy.records(3)
  console.log(JSON.stringify(records, null, 1))
  console.log(JSON.stringify(await proxy.tally(), null, 1), proxy.said())
})
