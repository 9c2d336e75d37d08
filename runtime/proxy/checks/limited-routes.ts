import { type Manifest, readWritten } from '../../abi/index.ts'
import type { CheckConfig, OriginalRequest } from './check-config.ts'

/** What a listener for checks gets to know about requests. */
export interface CheckInputs {
  readonly protocol: CheckConfig['protocol']
  /** `null` with `ext-authz`. */
  readonly original: OriginalRequest | null
  /** Whether a header names the certificate of the client's connection; of no importance with `ext-authz`. */
  readonly hasCertificateHeader: boolean
}

/** Routes that a listener for checks decides never or only under a condition, with the same reason. */
export interface LimitedRoutes {
  /** Names of the routes, sorted. */
  readonly routes: readonly string[]
  /** `never`: in no configuration of the asking proxy. `condition`: only if the asking proxy is configured for it. */
  readonly when: 'never' | 'condition'
  /** Reason as a clause, such as `the decision may depend on the body, which …`. */
  readonly reason: string
}

/**
 * Returns the routes of a policy that a listener for checks cannot serve as a listener that forwards would, because the asking
 * proxy does not send what their rules read. Requests that need the missing part are refused.
 */
export function limitedRoutes(manifest: Pick<Manifest, 'bodies' | 'reads'>, inputs: CheckInputs): readonly LimitedRoutes[] {
  const found = [
    { routes: [...manifest.bodies].sort(), ...ofBodies(inputs) },
    { routes: routesWithCertificate(manifest), ...ofCertificates(inputs) },
  ]
  return found.filter(({ routes }) => routes.length > 0)
}

function ofBodies({ protocol, original }: CheckInputs): Omit<LimitedRoutes, 'routes'> {
  const reads = 'the decision may depend on the body'
  if (protocol === 'ext-authz')
    return { when: 'condition', reason: `${reads}: set \`with_request_body\` with \`pack_as_bytes: true\` in Envoy` }
  if (original === 'x-original') return { when: 'never', reason: `${reads}, which nginx does not send with a check` }
  const how = original === 'x-forwarded' ? '`forwardBody: true` in Traefik (Caddy cannot)' : '`with_request_body` in Envoy'
  return { when: 'condition', reason: `${reads}: set ${how}` }
}

function ofCertificates({ protocol, hasCertificateHeader }: CheckInputs): Omit<LimitedRoutes, 'routes'> {
  const reads = 'conditions read the certificate of the connection'
  if (protocol === 'ext-authz') return { when: 'condition', reason: `${reads}: set \`include_peer_certificate: true\` in Envoy` }
  if (!hasCertificateHeader)
    return { when: 'never', reason: `${reads}, which no header names: set \`trust.certificate\` of the listener` }
  return { when: 'condition', reason: `${reads}: make the asking proxy send it in the header of \`trust.certificate\`` }
}

/** Returns the names of the routes whose rules read the certificate of the connection, sorted. Old bundles do not say it. */
export function routesWithCertificate({ reads }: Pick<Manifest, 'reads'>): readonly string[] {
  if (reads === undefined) return []
  const { sets, routes, identities } = readWritten(reads)
  const isCertificate = ({ at }: { readonly at: readonly string[] }) => at[0] === 'connection' && at[1] === 'mtls'
  const roles = new Set(
    identities.flatMap((each) => each.roles.filter(({ values }) => values.some(isCertificate)).map(({ name }) => name)),
  )
  const reading = sets.map(({ values, roles: asked }) => values.some(isCertificate) || asked.some((role) => roles.has(role)))
  return Object.entries(routes)
    .filter(([, set]) => reading[set])
    .map(([route]) => route)
    .sort()
}
