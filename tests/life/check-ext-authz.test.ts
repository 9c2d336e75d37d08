/** A listener that decides for Envoy, in the program with two workers: real policy, reloads and the end under load. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '@grpc/grpc-js'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { CheckResponseMessage } from '../../runtime/proxy/checks/ext-authz/service/index.ts'
import { askCheck, askHealth, checkClient, checkOf } from '../support/check-client.ts'
import { eventually } from '../support/until.ts'
import { openStage, type Running, type Stage } from './proxy-process.ts'

let stage: Stage & { remove(): void }
let clients: Client[] = []
let isOver = false
const RELOADS = process.env.IAP_FULL === '1' ? 2 : 1

beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage?.remove())

afterEach(() => {
  isOver = true
  for (const client of clients) client.close()
  clients = []
})

/** `body`: KiB of `limits.body`; another number is another configuration. */
function configure(body = 100): string {
  const socket = join(stage.folder, 'check.sock')
  writeFileSync(
    join(stage.folder, 'iap.yaml'),
    `listeners: [{ address: "unix:${socket}", protocol: ext-authz }]
bundle: { source: ./policy.iapb, keys: [./key.jwk.json], state: ./state }
identities: { user: { issuer: "https://id.example", audience: "https://app.test", algorithms: [ES256] } }
audit: [{ file: ./audit.jsonl }]
admin: { address: "127.0.0.1:0" }
workers: 2
limits: { lag: 1m, body: ${body}KiB }
`,
  )
  return socket
}

let shared: Running | null = null

/** One for all tests, of which the last ends it. */
async function start(): Promise<{ readonly proxy: Running; connect(): Client }> {
  const socket = configure()
  shared ??= stage.start({ lives: 'stage' })
  const proxy = shared
  await proxy.ready()
  const connect = () => {
    const client = checkClient(`unix:${socket}`)
    clients.push(client)
    return client
  }
  return { proxy, connect }
}

function outcomeOf({ status, deniedResponse }: CheckResponseMessage): string {
  if (status.code === 0) return 'permitted'
  const code = deniedResponse?.headers.find(({ header }) => header.key === 'x-iap-error')?.header.value
  return `${deniedResponse?.status.code} ${code}`
}

const lines = (...pairs: readonly (readonly [key: string, value: string])[]) => ({
  headers: pairs.map(([key, value]) => ({ key, value })),
})

test('decides by the policy, and records the listener', async () => {
  const { connect } = await start()
  const client = connect()
  expect(await askHealth(client)).toBe(1)
  for (const [message, expected] of [
    [checkOf({}, '/open/x'), 'permitted'],
    [checkOf({}, '/users/x'), '401 unauthenticated'],
    [checkOf({}, '/nowhere'), '403 no-route'],
    [checkOf({ host: 'other.test' }, '/open/x'), '403 no-route'],
    [checkOf(lines(['authorization', 'Bearer a.b.c']), '/users/x'), '401 token-malformed'],
    [checkOf(lines(['authorization', 'Bearer a,Bearer b']), '/open/x'), '400 header-repeated'],
    [checkOf(lines(['x-tenant', 'good']), '/tenant'), 'permitted'],
    [checkOf(lines(['x-tenant', 'evil']), '/tenant'), '403 denied'],
    [checkOf(lines(['x-tenant', 'good,evil']), '/tenant'), '400 header-repeated'],
    [checkOf(lines(['x-tenant', 'evil'], ['x_tenant', 'good']), '/tenant'), '400 header-repeated'],
    [{}, '400 request-malformed'],
  ] as const)
    expect([message, outcomeOf(await askCheck(client, message))]).toEqual([message, expected])
  const records = await eventually(() => {
    const all = stage.audit()
    return all.length >= 11 ? all : undefined
  })
  expect(records).toHaveLength(11)
  for (const { check } of records) expect(check).toEqual({ protocol: 'ext-authz', listener: `unix:${stage.folder}/check.sock` })
})

test('no check fails while the proxy reloads, and none is permitted after its end', async () => {
  const { proxy, connect } = await start()
  const outcomes = new Map<string, number>()
  isOver = false
  const ask = async (client: Client) => {
    while (!isOver) {
      const outcome = outcomeOf(await askCheck(client, checkOf(lines(['x-tenant', 'evil']), '/tenant')))
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
      // The processor is for the workers that start.
      await sleep(50)
    }
  }
  const askers = Promise.all(Array.from({ length: 8 }, () => ask(connect())))
  askers.catch(() => {})
  for (let at = 0; at < RELOADS; at++) {
    const after = proxy.said().length
    configure(200 + at)
    proxy.child.kill('SIGHUP')
    await proxy.line(/the new configuration is active/, after)
  }
  isOver = true
  await askers
  expect([...outcomes.keys()]).toEqual(['403 denied'])
  const client = connect()
  const last = askCheck(client, checkOf({}, '/open/x'))
  proxy.child.kill('SIGTERM')
  expect(['permitted', 'refused']).toContain(await last.then(outcomeOf, () => 'refused'))
  expect(await proxy.ended).toBe(0)
  await expect(askCheck(client, checkOf({}, '/open/x'))).rejects.toThrow('UNAVAILABLE')
})
