/**
 * Replaces pods of the chart one after the other, while clients hold connections. Processes stand for the pods; probes, `preStop`
 * and drain are those of the golden manifests. The gate has short times by values, `IAP_FULL=1` the default ones of the chart.
 */
import { writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import { openStage, type Stage } from '../life/proxy-process.ts'
import { type Clients, startClients } from './clients.ts'
import { drainOf, type Rendered, readGolden } from './manifests.ts'
import { drainedAfter, Pod } from './pod.ts'

const isFull = process.env.IAP_FULL === '1'
const size = isFull ? { pods: 2, rounds: 20, connections: 200 } : { pods: 1, rounds: 1, connections: 20 }

let stage: Stage & { remove(): void }
let service: Server
let sockets: WebSocketServer

beforeAll(async () => {
  sockets = new WebSocketServer({ noServer: true })
  service = createServer((_, response) => void response.end('fine'))
  service.on('upgrade', (request, socket, head) =>
    sockets.handleUpgrade(request, socket, head, (one: WebSocket) => {
      one.on('message', (data) => one.send(data))
      one.on('error', () => {})
    }),
  )
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve))
  stage = await openStage()
})

afterAll(() => {
  service?.closeAllConnections()
  service?.close()
  stage?.remove()
})

/** Returns the manifest whose times count, with the configuration of `rolling.yaml`. */
function manifest(): Rendered {
  const rolling = readGolden('rolling')
  if (!isFull) return rolling
  const { delay, timeout } = drainOf(readGolden('proxy').config)
  return { ...readGolden('proxy'), config: withDrain(rolling.config, delay, timeout) }
}

function withDrain(config: string, delay: number, timeout: number): string {
  return config.replace(/delay: \d+s/, `delay: ${delay}s`).replace(/timeout: \d+s/, `timeout: ${timeout}s`)
}

/** Writes iap.yaml with the addresses and files of this machine in place of those of a pod. */
function writeConfig(config: string): void {
  const { port } = service.address() as AddressInfo
  const replaced = Object.entries({
    '0.0.0.0:8080': '"127.0.0.1:0"',
    '0.0.0.0:9902': '"127.0.0.1:0"',
    '127.0.0.1:9901': '"127.0.0.1:0"',
    'http://127.0.0.1:8000': `http://127.0.0.1:${port}`,
    '/bundle/policy.iapb': './policy.iapb',
    '/etc/iap/key.jwk.json': './key.jwk.json',
  }).reduce((text, [from, to]) => {
    expect(text).toContain(from)
    return text.replaceAll(from, () => to)
  }, config)
  // The folder of a pod's own is one that ends with it.
  expect(replaced).toContain('\n  state: /var/lib/iap\n')
  writeFileSync(join(stage.folder, 'iap.yaml'), replaced.replace('/var/lib/iap', './state'))
}

/** In full size, a round waits for the times of the chart: 20 s. */
const bounds = isFull ? { timeout: 3_600_000 } : {}

test('pods are replaced under load, and no request fails', bounds, async () => {
  const rendered = manifest()
  const deployment = rendered.objects.find(({ kind }) => kind === 'Deployment')
  expect(deployment?.spec.strategy.rollingUpdate).toEqual({ maxSurge: 1, maxUnavailable: 0 })
  expect(drainedAfter(rendered)).toBeLessThan(rendered.pod.terminationGracePeriodSeconds)
  writeConfig(rendered.config)

  const all: Pod[] = []
  const endpoints = new Set<Pod>()
  const startPod = async () => {
    const pod = new Pod(stage.start(), rendered)
    all.push(pod)
    await pod.start()
    await expect.poll(() => pod.isReady, { timeout: 120_000, interval: 20 }).toBe(true)
    endpoints.add(pod)
    return pod
  }
  let turn = 0
  const endpoint = () => {
    const ready = [...endpoints].filter(({ isReady }) => isReady)
    return ready[turn++ % ready.length]?.port ?? 1
  }
  let current: readonly Pod[] = await Promise.all(Array.from({ length: size.pods }, startPod))
  const clients: Clients = startClients(size.connections, endpoint)
  await clients.more(size.connections)
  for (let round = 1; round <= size.rounds; round++) {
    const [next, ends]: [Pod[], Promise<void>[]] = [[], []]
    for (const old of current) {
      next.push(await startPod())
      ends.push(old.end(() => void endpoints.delete(old)))
    }
    await Promise.all(ends)
    current = next
    await clients.more(size.connections)
    if (isFull) console.log(`round ${round}: ${clients.summary()}`)
  }
  const { answered, failures, reopened, resent } = await clients.stop()
  console.log(`rolling replacement: ${JSON.stringify({ ...size, answered, failures, reopened, resent })}`)
  expect(failures).toEqual({})
  expect(all.flatMap(({ faults }) => faults)).toEqual([])
  // Each WebSocket of a pod was closed when it ended: without that, the test would show nothing of them.
  expect(reopened).toBeGreaterThanOrEqual(Math.floor(size.connections / 3))
})
