/**
 * The container: what its layout holds, and that the proxy runs from it as an unprivileged user with a read-only root, answers probes and requests,
 * takes its policy from a mounted file and from a registry, and drains. Only the image for this machine's processor is made; `npm run interop -- container` makes both.
 */
import { createHash } from 'node:crypto'
import { chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { publicJwk } from '../../compiler/bundle/index.ts'
import { buildContainer } from '../../scripts/container/build-container.ts'
import { DownloadError } from '../../scripts/container/pinned-file.ts'
import { compilePolicy, testSigner } from '../support/compile-policy.ts'
import { freePorts } from '../support/listening-program.ts'
import { RawClient } from '../support/raw-client.ts'
import { startRegistry } from '../support/registry.ts'
import { startUpstream, type TestUpstream, testPolicy } from '../support/start-test-proxy.ts'
import { eventually } from '../support/until.ts'
import {
  blobOf,
  canRunContainers,
  containerConfig,
  filesOf,
  imageOf,
  type RunningContainer,
  startContainer,
  unpackImage,
} from './start-container.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const USER = 65532
const architecture = process.arch === 'arm64' ? 'arm64' : 'amd64'
const able = canRunContainers()

let folder: string
let layout: string
let unpacked: string
let upstream: TestUpstream
/** Why the image cannot be made here: mirrors drop the pinned versions one day. */
let missing: string | null = null

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'iap-container-'))
  layout = join(folder, 'layout')
  unpacked = join(folder, 'root')
  if (!able) return
  try {
    await buildContainer(root, layout, [architecture])
  } catch (error) {
    if (!(error instanceof DownloadError)) throw error
    missing = error.message
    return
  }
  unpackImage(layout, imageOf(layout, architecture).manifest, unpacked)
  upstream = await startUpstream((_, response) => response.end('fine'))
})

afterAll(async () => {
  await upstream?.close()
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
})

beforeEach(({ skip }) => {
  if (missing !== null) skip(missing)
})

describe.skipIf(!able)('the layout', () => {
  test('each blob has the digest and the size that name it', () => {
    const { manifest, image } = imageOf(layout, architecture)
    for (const each of [manifest.config, ...manifest.layers]) {
      const bytes = blobOf(layout, each)
      expect([bytes.length, `sha256:${createHash('sha256').update(bytes).digest('hex')}`]).toEqual([each.size, each.digest])
    }
    const diffIds = manifest.layers.map((layer) => {
      return `sha256:${createHash('sha256')
        .update(gunzipSync(blobOf(layout, layer)))
        .digest('hex')}`
    })
    expect(image.rootfs.diff_ids).toEqual(diffIds)
  })

  test('it has no shell, no file that anybody may write, none that gives rights, and the licenses of what it holds', async () => {
    const files = await filesOf(layout, imageOf(layout, architecture).manifest)
    const programs = [...files.values()].filter(({ type, mode = 0 }) => type === 'file' && (mode & 0o111) !== 0)
    expect(programs.map(({ name }) => name).filter((name) => !/ld-linux|libc\.so/.test(name))).toEqual(['usr/local/bin/node'])
    const loose = [...files.values()].filter(({ type, mode = 0 }) => type !== 'symlink' && (mode & 0o6022) !== 0)
    expect(loose.map(({ name, mode }) => [name, mode])).toEqual([['tmp/', 0o1777]])
    const owned = [...files.values()].filter(({ uid, gid }) => uid !== 0 || gid !== 0)
    expect(owned.map(({ name, uid, gid }) => [name, uid, gid])).toEqual([['var/lib/iap/', USER, USER]])
    for (const name of [
      ...['usr/share/doc/libc6/copyright', 'usr/share/doc/gcc-12-base/copyright', 'usr/share/doc/nodejs/LICENSE'],
      ...['opt/iap/LICENSE', 'opt/iap/proxy.js.LEGAL.txt', 'var/lib/dpkg/status.d/libc6'],
    ])
      expect(files.get(name)?.size, name).toBeGreaterThan(100)
  })

  test('the Containerfile starts it as the layout does', () => {
    const text = readFileSync(join(root, 'deploy/container/Containerfile'), 'utf8')
    const said = (word: string) => new RegExp(`^${word} (.*)$`, 'm').exec(text)?.[1] ?? ''
    const { config } = imageOf(layout, architecture).image
    expect(JSON.parse(said('ENTRYPOINT'))).toEqual(config.Entrypoint)
    expect(JSON.parse(said('CMD'))).toEqual(config.Cmd)
    expect(JSON.parse(said('VOLUME'))).toEqual(Object.keys(config.Volumes))
    expect([said('USER'), said('STOPSIGNAL')]).toEqual([config.User, config.StopSignal])
    expect(text).toContain(`WORKDIR ${config.WorkingDir}\n`)
    expect([said('ENV')]).toEqual(config.Env)
  })
})

describe.skipIf(!able)('a container of it', () => {
  test('serves a policy from a mounted file, and drains at SIGTERM', async () => {
    const { start, settings, ports } = await openContainer(
      '{ source: /etc/iap/policy.iapb, keys: [./key.jwk.json], state: /var/lib/iap }',
    )
    writeFileSync(join(settings, 'policy.iapb'), await compilePolicy(testPolicy, { signers: [testSigner] }))
    const container = start()
    await ready(container, ports.probes)
    expect(container.kernel('status')).toContain(`Uid:\t${USER}\t${USER}\t${USER}\t${USER}\n`)
    expect(container.kernel('mountinfo')).toMatch(/ \/ ro,/)
    expect(await get(ports.listener, '/open/x')).toBe(200)
    expect(await get(ports.listener, '/users/x')).toBe(401)
    container.signal('SIGTERM')
    await eventually(async () => (await probe(ports.probes)) === 503 || undefined, container.said)
    expect(await get(ports.listener, '/open/x')).toBe(200)
    expect(await container.ended, container.said()).toBe(0)
  })

  test('serves a policy of a registry, and ends at once at a second SIGTERM', async () => {
    const registry = await startRegistry()
    onTestFinished(() => registry.close())
    const bytes = await compilePolicy(testPolicy, { signers: [testSigner] })
    await registry.push('shop/policies', 'production', [{ mediaType: 'application/vnd.iap.bundle.v1+gzip', bytes }])
    const { start, ports } = await openContainer(
      `{ source: "oci://${registry.host}/shop/policies:production", keys: [./key.jwk.json], state: /var/lib/iap }`,
    )
    const container = start()
    await ready(container, ports.probes)
    expect(await get(ports.listener, '/open/x')).toBe(200)
    container.signal('SIGTERM')
    await eventually(async () => (await probe(ports.probes)) === 503 || undefined, container.said)
    // The second one does not wait for `drain.delay`: the exit code is that of the signal.
    container.signal('SIGTERM')
    expect(await container.ended, container.said()).toBe(128 + constants.signals.SIGTERM)
  })
})

/** A configuration, and folders to mount: one of root's with it, and one of the container's user. */
async function openContainer(bundle: string) {
  const own = mkdtempSync(join(folder, 'run-'))
  const [settings, state] = [join(own, 'settings'), join(own, 'state')]
  for (const path of [settings, state]) mkdirSync(path)
  chownSync(state, USER, USER)
  const [listener = 0, probes = 0] = await freePorts(2)
  writeFileSync(join(settings, 'key.jwk.json'), JSON.stringify(publicJwk(testSigner)))
  writeFileSync(join(settings, 'iap.yaml'), containerConfig({ bundle, listener, probes, upstream: upstream.origin }))
  const start = () => {
    const container = startContainer(unpacked, imageOf(layout, architecture).image, {
      '/etc/iap': { folder: settings },
      '/var/lib/iap': { folder: state, writable: true },
    })
    let over = false
    container.ended.then(() => {
      over = true
    })
    onTestFinished(() => {
      if (!over) container.signal('SIGKILL')
    })
    return container
  }
  return { start, settings, ports: { listener, probes } }
}

async function ready(container: RunningContainer, port: number): Promise<void> {
  await eventually(async () => (await probe(port)) === 200 || undefined, container.said)
}

function probe(port: number): Promise<number> {
  return fetch(`http://127.0.0.1:${port}/readyz`, { headers: { connection: 'close' } }).then(
    ({ status }) => status,
    () => 0,
  )
}

async function get(port: number, path: string): Promise<number> {
  const client = new RawClient(port)
  client.send(`GET ${path} HTTP/1.1\nHost: app.test\n\n`)
  const { status } = await client.response()
  client.close()
  return status
}
