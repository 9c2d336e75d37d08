import type { IdentityIr, RouteIr } from '../../compiler/ir/index.ts'
import { TIMESTAMP_PARTS } from '../../language/builtins/timestamp-parts.ts'
import type { TermDomain } from './classes/classes.ts'
import type { DomainOf } from './domain/encoding.ts'

/**
 * Returns a function that gives the possible values of a term, as limited by the route's decoders
 * (`spec/language/canonical-request.md`).
 */
export function domainsOf(route: RouteIr, identity: IdentityIr | null): DomainOf {
  const methods =
    route.methods === null
      ? null
      : [...new Set(route.methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])))]
  const rest = route.segments.at(-1)?.kind === 'rest' ? route.params.at(-1) : undefined
  return ({ key, place, sizeOf }) => {
    if (sizeOf !== undefined) return { range: [0, Number.MAX_SAFE_INTEGER] }
    if (place === null) return partOf(key)
    const { root, steps } = place
    const [step] = steps
    if (step !== undefined && 'field' in step && isOfCertificate(root.kind, step.field, identity)) {
      const pattern = CERTIFICATE[step.field]
      return pattern === undefined ? {} : { pattern }
    }
    if (root.kind === 'param' && steps.length === 0) return { pattern: root.name === rest ? REST : PARAM }
    if (root.kind === 'header') return { pattern: HEADER }
    if (root.kind === 'request' && step !== undefined && 'field' in step && step.field === 'method')
      return methods === null ? { pattern: METHOD } : { values: methods }
    return {}
  }
}

/** A declared claim may have any value. */
function isOfCertificate(root: string, field: string, identity: IdentityIr | null): boolean {
  if (root === 'mtls') return true
  return root === 'caller' && identity !== null && identity.spiffe && !identity.claims.has(field)
}

/** A decoded path segment that is not refused; the last of several may be empty. */
const PARAM = '^[^\\x00-\\x1f\\x7f\\\\;]+$'
const REST = '^[^\\x00-\\x1f\\x7f\\\\;]*$'
/** Header values may also contain tabs. */
const HEADER = '^([\\t!-~]([\\t -~]*[\\t!-~])?)?$'
/** RE2 pattern of the values that a policy can set in a header (`spec/language/obligations.md`). */
export const SENDABLE = '^([!-~]([ -~]*[!-~])?)?$'
const METHOD = '^[A-Z-]+$'
/** The parts of a SPIFFE ID (SPIFFE-ID, section 2). */
const CERTIFICATE: Readonly<Record<string, string>> = {
  spiffe_id: '^spiffe://[a-z0-9._-]+(/[A-Za-z0-9._-]+)+$',
  trust_domain: '^[a-z0-9._-]+$',
  path: '^(/[A-Za-z0-9._-]+)+$',
}

function partOf(key: string): TermDomain {
  for (const [id, range] of Object.entries(TIMESTAMP_PARTS)) if (key.startsWith(`(${id} `)) return { range }
  return {}
}
