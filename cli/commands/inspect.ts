import type { Manifest } from '../../runtime/abi/index.ts'
import type { Bundle } from '../../runtime/policy/index.ts'
import { readBundle } from '../../runtime/policy/index.ts'
import { type LimitedRoutes, limitedRoutes } from '../../runtime/proxy/checks/limited-routes.ts'
import { defineCommand } from '../command.ts'
import { readBundleFile } from '../files/read-file.ts'
import { FORMAT } from '../flags.ts'
import type { Output } from '../io.ts'
import { carriedTests, writeJson } from '../report.ts'
import { count, paint } from '../style.ts'

export const inspect = defineCommand({
  name: 'inspect',
  summary: 'Show the contents of a bundle',
  operands: 'FILE',
  takes: { least: 1, most: 1 },
  flags: { format: FORMAT },
  more: 'Signers are listed without being verified; use `iap verify` for that. A bundle is a gzipped tar: `tar -xzf` unpacks it.',
  async run(io, { flags, operands }) {
    const file = operands[0] as string
    const read = await readBundle(readBundleFile(io, file), { keys: 'unverified' })
    if (!read.ok) {
      const { code, message } = read
      if (flags.format === 'json') writeJson(io.stdout, { ok: false, file, code, message })
      else io.stdout.write(`${paint(io.stdout).red('✗')} ${file}: ${message} (${code})\n`)
      return 1
    }
    const { manifest, signers } = read.bundle
    if (flags.format === 'json')
      writeJson(io.stdout, {
        ok: true,
        file,
        signers,
        verified: false,
        tests: carriedTests(read.bundle),
        checks: checksOf(manifest),
        manifest,
      })
    else describe(io.stdout, read.bundle)
    return 0
  },
})

function describe(output: Output, bundle: Bundle): void {
  const { manifest, signers } = bundle
  const style = paint(output)
  const row = (name: string, value: string) => output.write(`${style.bold(name.padEnd(11))}${value}\n`)
  row('revision', manifest.revision)
  row('sequence', String(manifest.sequence))
  row('expires', manifest.expires ?? 'never')
  row('signed by', signers.length === 0 ? 'nobody' : `${signers.join(', ')} (not verified here)`)
  row('compiler', `${manifest.compiler}, bundle format ${manifest.format}, ABI ${manifest.abi}`)
  row('needs', list(manifest.needs))
  const { passed, failed } = manifest.tests
  row('tests', `${passed} passed, ${failed} failed; ${carriedTests(bundle)} in the bundle, for proxies to run`)
  row('identities', list(manifest.identities.map(({ name, methods }) => `${name} via ${methods.join(', ')}`)))
  row('services', list(manifest.services.map(({ name, hosts }) => `${name} at ${hosts.join(', ')}`)))
  row('data', list(manifest.data.map(({ name }) => name)))
  row('bodies', list(manifest.bodies))
  row('invariants', list(manifest.invariants.map(({ name, verdict, requests }) => `${name} ${VERDICTS[verdict](requests)}`)))
  for (const { listener, routes, when, reason } of checksOf(manifest))
    row('checks', `${listener} ${when === 'never' ? 'cannot serve' : 'needs a setting for'} ${list(routes)}: ${reason}`)
  row('files', count(manifest.files.length, 'file'))
  for (const file of manifest.files)
    output.write(`  ${style.dim(file.sha256.slice(0, 12))}  ${String(file.size).padStart(8)}  ${file.path}\n`)
}

interface LimitedCheck extends LimitedRoutes {
  /** Settings of the listener, such as `protocol: ext-authz`. */
  readonly listener: string
}

/** Returns what each kind of listener for checks cannot serve as one that forwards does. */
function checksOf(manifest: Manifest): readonly LimitedCheck[] {
  const kinds = [
    { protocol: 'ext-authz', original: null },
    { protocol: 'forward-auth', original: 'x-forwarded' },
    { protocol: 'forward-auth', original: 'x-original' },
    { protocol: 'forward-auth', original: 'request-line' },
  ] as const
  return kinds.flatMap(({ protocol, original }) => {
    const listener = original === null ? protocol : `${protocol} by ${original}`
    const limited = limitedRoutes(manifest, { protocol, original, hasCertificateHeader: true })
    return limited.map((each) => ({ listener, ...each }))
  })
}

const VERDICTS: Readonly<Record<Manifest['invariants'][number]['verdict'], (requests: number) => string>> = {
  tried: (requests) => `tried on ${count(requests, 'request')}, not proved`,
  holds: () => 'holds',
  unknown: (requests) => (requests === 0 ? 'not decided' : `not decided, tried on ${count(requests, 'request')}`),
  broken: () => 'broken',
}

function list(items: readonly string[]): string {
  return items.length === 0 ? 'none' : items.join('; ')
}
