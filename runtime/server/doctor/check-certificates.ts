import { readRegular } from '../../base/files/read-regular.ts'
import { readServerPair } from '../../tls/certificates/key-pair.ts'
import type { Config } from '../config/index.ts'
import { hostsOf } from '../service-hosts.ts'
import { quotedList } from './advice.ts'
import type { DoctorContext } from './context.ts'
import type { DoctorCheck, Reporter } from './diagnosis.ts'

const DAY = 86_400_000
/** Milliseconds before the end of a certificate from which it is a warning. */
const SOON = 14 * DAY

/** Returns the checks of the proxy's own certificates: expiry, and names against the hosts of the policy. */
export function certificateChecks(context: DoctorContext): readonly DoctorCheck[] {
  const { tls, clock, config } = context
  const expiries = tls.files.expiries().map(
    ({ place, expires }): DoctorCheck => ({
      name: 'certificate-expiry',
      place,
      run: async (report) => reportExpiry('the certificate or revocation list', expires, clock(), report),
    }),
  )
  const names: DoctorCheck = {
    name: 'certificate-names',
    place: 'listeners',
    run: (report) => checkNames(context, report),
  }
  return config.listeners.some((listener) => listener.tls !== null) ? [...expiries, names] : expiries
}

/**
 * Reports a certificate that ends soon or has ended.
 *
 * @param expires milliseconds since 1970
 */
export function reportExpiry(subject: string, expires: number, now: number, report: Reporter): void {
  const more = { check: 'certificate-expiry' } as const
  const time = new Date(expires).toISOString()
  if (now >= expires) report('problem', `${subject} expired on ${time}`, { ...more, advice: 'renew it' })
  else if (expires - now < SOON)
    report('warning', `${subject} expires on ${time}`, { ...more, advice: 'renew it before that time' })
  else report('ok', `${subject} is valid until ${time}`, more)
}

async function checkNames({ config, bundle }: DoctorContext, report: Reporter): Promise<void> {
  const loaded = await bundle
  if (loaded.kind !== 'read' || loaded.bundle === null)
    return report('skipped', 'the hosts are those of the policy, whose bundle cannot be read or verified')
  const configured = hostsOf(config)
  const hosts = loaded.bundle.manifest.services.flatMap(({ name, hosts: own }) => configured[name] ?? own)
  for (const [index, listener] of config.listeners.entries()) {
    // Listeners that decide are asked about hosts that other servers have.
    if (listener.tls === null || listener.check !== null) continue
    const place = `listeners[${index}].tls`
    const names = await namesOf(listener.tls)
    if (names === null) report('skipped', 'a certificate cannot be read', { place })
    else reportNames(names, [...new Set(hosts)], place, report)
  }
}

type Names = Extract<ReturnType<typeof readServerPair>, { ok: true }>['value']['names']

function reportNames(names: readonly Names[], hosts: readonly string[], place: string, report: Reporter): void {
  const lacking = hosts.filter((host) => !names.some((each) => each.fit(sampleOf(host)) !== null))
  if (lacking.length === 0) return void report('ok', `the certificates name all ${hosts.length} hosts of the policy`, { place })
  const shown = lacking.slice(0, 5)
  const more = lacking.length > shown.length ? ` and ${lacking.length - shown.length} more` : ''
  const all = names.flatMap((each) => each.all)
  report(
    'warning',
    `no certificate names ${quotedList(shown)}${more}: clients refuse the connection; they name ${quotedList(all)}`,
    {
      place,
      advice: 'issue a certificate for these hosts, and add it to `certificates`; ignore this if clients connect by other names',
    },
  )
}

/** Returns the names of the certificates of a listener, or `null` if a file cannot be read. */
async function namesOf({ certificates }: NonNullable<Config['listeners'][number]['tls']>): Promise<readonly Names[] | null> {
  const all: Names[] = []
  for (const { cert, key } of certificates) {
    const files = await Promise.all([readRegular(cert), readRegular(key)]).catch(() => null)
    const read = files && readServerPair(files)
    if (!read?.ok) return null
    all.push(read.value.names)
  }
  return all
}

/** Returns a host for which a pattern such as `{tenant}.shop.example` stands. */
function sampleOf(host: string): string {
  return host.replace(/^(?:\*|\{[^}]*\})(?=\.)/, 'tenant')
}
