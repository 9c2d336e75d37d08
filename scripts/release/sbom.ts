import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ARCHITECTURES, readPins } from '../container/pins.ts'

interface Component {
  readonly name: string
  readonly version: string
  readonly properties?: readonly { readonly name: string }[]
}

interface Bom {
  readonly components: readonly Component[]
  readonly metadata: { readonly timestamp: string; readonly component: object }
}

/**
 * Returns the SBOM of a release in CycloneDX JSON: npm's own, of the lock file, with what the container has beside. The scope of a package is
 * `required` if code of it is in a built program, and `excluded` if it is only used to build and test. Equal sources give equal bytes.
 *
 * @param root folder of the checkout, in which `npm run build` has run
 */
export function makeSbom(root: string): string {
  const words = ['sbom', '--package-lock-only', '--sbom-format', 'cyclonedx', '--sbom-type', 'application']
  const text = execFileSync('npm', words, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28, timeout: 120_000 })
  // Neither a random number nor the time: both would be others the next time.
  const { serialNumber, metadata, components, ...bom } = JSON.parse(text) as Bom & { readonly serialNumber: string }
  const { timestamp, component, ...told } = metadata
  // npm names the folder of the checkout.
  const { name } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { name: string }
  const shipped = shippedPackages(root)
  const scoped = components.map(({ properties = [], ...component }) => {
    const required = shipped.has(`${component.name} ${component.version}`)
    const kept = properties.filter(({ name }) => !(required && name === 'cdx:npm:package:development'))
    return { ...component, scope: required ? 'required' : 'excluded', ...(kept.length > 0 && { properties: kept }) }
  })
  const all = {
    ...bom,
    metadata: { ...told, component: { ...component, name } },
    components: [...scoped, ...containerComponents(root)],
  }
  const hex = createHash('sha256').update(JSON.stringify(all)).digest('hex')
  // A UUID of version 8 (RFC 9562, section 5.8), made of the content.
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)]
  return `${JSON.stringify({ ...all, serialNumber: `urn:uuid:${parts.join('-')}` }, null, 2)}\n`
}

/** Returns `name version` of the packages that have code in a built program, by the licenses beside these. */
function shippedPackages(root: string): ReadonlySet<string> {
  const dist = join(root, 'dist')
  const legal = readdirSync(dist).filter((name) => name.endsWith('.LEGAL.txt'))
  if (legal.length === 0) throw new Error('`dist/` has no licenses: run `npm run build` first')
  const texts = legal.map((name) => readFileSync(join(dist, name), 'utf8'))
  return new Set(texts.flatMap((text) => [...text.matchAll(/^-{72}\n\n(\S+ \d\S*) \(/gm)].map(([, name = '']) => name)))
}

function containerComponents(root: string): readonly object[] {
  const { node, debian } = readPins(root)
  return ARCHITECTURES.flatMap((architecture) => [
    {
      ...described(`pkg:npm/${node[architecture].package}@${node.version}`, node[architecture].package, node.version),
      hashes: [{ alg: 'SHA-512', content: Buffer.from(node[architecture].integrity.slice(7), 'base64').toString('hex') }],
    },
    ...debian.packages.map((pin) => {
      const query = `arch=${architecture}&distro=debian-${debian.release}`
      const purl = `pkg:deb/debian/${encodeURIComponent(pin.name)}@${encodeURIComponent(pin.version)}?${query}`
      return { ...described(purl, pin.name, pin.version), hashes: [{ alg: 'SHA-256', content: pin[architecture] }] }
    }),
  ])
}

function described(purl: string, name: string, version: string) {
  const properties = [{ name: 'iap:artifact', value: 'container' }]
  return { 'bom-ref': purl, type: 'library', name, version, scope: 'required', purl, properties }
}
