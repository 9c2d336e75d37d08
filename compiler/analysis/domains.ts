import { TIMESTAMP_PARTS } from '../../language/builtins/timestamp-parts.ts'
import type { RouteIr } from '../ir/index.ts'
import type { Domain } from './classes/classes.ts'
import type { DomainOf } from './world/encoding.ts'

/** What can come through the doors of a route at all (`spec/language/canonical-request.md`). */
export function domainsOf(route: RouteIr): DomainOf {
  const methods =
    route.methods === null
      ? null
      : [...new Set(route.methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])))]
  return ({ key, place }) => {
    if (place === null) return partOf(key)
    const { root, steps } = place
    const [step] = steps
    if (root.kind === 'param' && steps.length === 0) return { pattern: PARAM }
    if (root.kind === 'header') return { pattern: HEADER }
    if (root.kind === 'request' && step !== undefined && 'field' in step && step.field === 'method')
      return methods === null ? { pattern: METHOD } : { values: methods }
    return {}
  }
}

/** A decoded segment, or several, that no refusal is about. */
const PARAM = '^[^\\x00-\\x1f\\x7f\\\\;]+$'
/** What a header can be. */
export const HEADER = '^([!-~]([ -~]*[!-~])?)?$'
const METHOD = '^[A-Z]+$'

function partOf(key: string): Domain {
  for (const [id, range] of Object.entries(TIMESTAMP_PARTS)) if (key.startsWith(`(${id} `)) return { range }
  return {}
}
