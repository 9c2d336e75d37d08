import { match } from 'node:assert/strict'
import { chownSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { publicJwk } from '../../compiler/bundle/index.ts'
import type { Architecture } from '../../scripts/container/pins.ts'
import {
  type ContainerOptions,
  containerConfig,
  imageOf,
  startContainer,
  unpackImage,
} from '../../tests/container/start-container.ts'
import { compilePolicy, testSigner } from '../../tests/support/compile-policy.ts'
import { freePorts } from '../../tests/support/listening-program.ts'
import type { InteropRun } from '../support/interop-run.ts'
import { waitFor } from '../support/start-proxy.ts'

/** The user of the image. */
const USER = 65532

/** Milliseconds until a start is given up: more than may pass, so that a slow one is measured. */
export const LONGEST = 240_000

const POLICY = `identity user via jwt { sub: string }
service app at "app.test" {
  route open    GET "/open/{rest...}"
  route private GET "/private"
}
permit open on app.open to anyone
permit private on app.private to user
`

/** Settings of a container, a service behind it, and an empty folder for its state. */
export interface ContainerStage {
  readonly listener: number
  readonly settings: string
  readonly state: string
}

/** Prepares what a container is started with. @param folder an existing one */
export async function prepareContainer(run: InteropRun, folder: string): Promise<ContainerStage> {
  const [settings, state] = [join(folder, 'settings'), join(folder, 'state')]
  for (const path of [settings, state]) mkdirSync(path)
  chownSync(state, USER, USER)
  const service = createServer((_, response) => response.end('fine')).listen(0, '127.0.0.1')
  run.defer(() => service.close().closeAllConnections())
  const [listener = 0, probes = 0] = await freePorts(2)
  const upstream = `http://127.0.0.1:${(service.address() as AddressInfo).port}`
  const bundle = '{ source: /etc/iap/policy.iapb, keys: [./key.jwk.json], state: /var/lib/iap }'
  writeFileSync(join(settings, 'iap.yaml'), containerConfig({ bundle, listener, probes, upstream }))
  writeFileSync(join(settings, 'key.jwk.json'), JSON.stringify(publicJwk(testSigner)))
  writeFileSync(join(settings, 'policy.iapb'), await compilePolicy(POLICY, { signers: [testSigner] }))
  return { listener, settings, state }
}

/**
 * Unpacks an image, starts it read-only as its user, asks it by curl until it answers 200, and ends it. The last answers are
 * checked: 401 without a credential, and exit code 0.
 *
 * @param folder an existing one
 * @returns milliseconds from the call to the answer
 */
export async function startImage(
  run: InteropRun,
  layout: string,
  architecture: Architecture,
  { folder, stage, ...options }: ContainerOptions & { readonly folder: string; readonly stage: ContainerStage },
): Promise<number> {
  const begun = performance.now()
  const { manifest, image } = imageOf(layout, architecture)
  const unpacked = join(folder, 'root')
  unpackImage(layout, manifest, unpacked)
  const mounts = { '/etc/iap': { folder: stage.settings }, '/var/lib/iap': { folder: stage.state, writable: true } }
  const container = startContainer(unpacked, image, mounts, options)
  let over = false
  container.ended.then(() => {
    over = true
  })
  try {
    const ask = async (path: string): Promise<string> => {
      const url = `http://127.0.0.1:${stage.listener}${path}`
      const words = ['-s', '-o', '/dev/null', '-w', '%{http_code}', '-H', 'Host: app.test', url]
      return (await run.exec('curl', words)).output
    }
    const answers = async () => {
      if (over) throw new Error(`the container ended: ${container.said()}`)
      return (await ask('/open/x')) === '200' ? true : undefined
    }
    await waitFor(answers, 'the container does not answer 200', LONGEST).catch((error: Error) => {
      throw new Error(`${error.message}: ${container.said()}`)
    })
    const duration = performance.now() - begun
    match(container.kernel('status'), new RegExp(`^Uid:\\t${USER}\\t${USER}\\t${USER}\\t${USER}$`, 'm'))
    match(await ask('/private'), /^401$/)
    container.signal('SIGTERM')
    match(String(await container.ended), /^0$/, container.said())
    return duration
  } finally {
    if (!over) container.signal('SIGKILL')
  }
}
