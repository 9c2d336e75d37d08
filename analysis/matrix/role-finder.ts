import type { Role, Route, Rule } from '../../language/checker/model.ts'
import type { EvalRequest } from '../../runtime/abi/index.ts'
import type { Version } from '../diff/difference.ts'
import type { WitnessCaller } from '../witness/build-request.ts'

/**
 * Returns a function that interprets which roles the caller of a request has. Roles depend on the caller and on data alone, so
 * they are found once for requests that differ in nothing else.
 */
export function roleFinder({
  model,
  interpret,
}: Version): (request: EvalRequest, on: Pick<WitnessCaller, 'model' | 'route'>) => ReadonlySet<string> {
  const found = new Map<string, ReadonlySet<string>>()
  return (request, on) => {
    const key = JSON.stringify([request.caller, request.data])
    const known = found.get(key)
    if (known !== undefined) return known
    const rules = model.roles.map((role) => ruleFor(role, on.route))
    const { effect, rules: permits } = interpret({ ...on.model, rules }, request)
    const roles = new Set(effect === 'permit' ? permits : [])
    found.set(key, roles)
    return roles
  }
}

/** Returns a rule that permits callers with the role, of the role's name. */
function ruleFor(role: Role, route: Route): Rule {
  return {
    name: role.name,
    shadow: false,
    effect: 'permit',
    routes: [route],
    to: [{ kind: 'role', role }],
    conditions: [],
    requires: [],
    limit: null,
    headers: [],
    because: null,
    personal: false,
    reads: { headers: [], data: role.data, body: false, query: false, mtls: false },
    doc: null,
    // Its place is never shown.
    declaration: null as unknown as Rule['declaration'],
  }
}
