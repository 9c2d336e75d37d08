/** A policy of a hundred routes, and the same with another bound in it. */
import { standaloneValidators } from '../../compiler/bundle/index.ts'
import { manifestUnpacked } from '../../compiler/bundle/manifest-of.ts'
import { compile } from '../../compiler/index.ts'
import { checkProject } from '../../language/index.ts'
import { instantiate, type Policy } from '../../runtime/policy/index.ts'

export const SERVICES = 25

/** @param level that managers have */
export function policyText(level: number): string {
  const services = Array.from({ length: SERVICES }, (_, at) => serviceText(at))
  return `identity staff via jwt { sub: string, email: string, groups: set<string>, level?: int, department: string }
role support of staff when "support" in caller.groups
role manager of staff when "managers" in caller.groups && has(caller.level) && caller.level >= ${level}
data assigned: map<string, set<string>>
${services.join('\n')}`
}

function serviceText(at: number): string {
  return `service s${at} at "s${at}.shop.example" {
  route list   GET  "/orders" query { customer: string, page?: int }
  route read   GET  "/orders/{id}"
  route refund POST "/orders/{id}/refund" body { amount: int, note?: string }
  route health GET  "/healthz"
}
permit lists${at} on s${at}.list to support when query.customer in assigned[?caller.sub].orValue([])
permit reads${at} on s${at}.read to support, manager when "x-tenant" in request.headers && request.headers["x-tenant"] == caller.department
permit refunds${at} on s${at}.refund to manager when body.amount < 500 limit 20 per 1h by caller.sub
permit health${at} on s${at}.health to anyone
forbid far${at} on s${at}.refund when cidr("192.0.2.0/24").containsIP(source.ip)`
}

export const DATA = {
  assigned: {
    version: 'v1',
    json: Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`user-${at}`, [`customer-${at % 7}`]])),
  },
}

export async function loadPolicy(text: string): Promise<Policy> {
  const { result, diagnostics } = checkProject({ read: (name) => (name === 'bench.iap' ? text : null) }, ['bench.iap'])
  if (result === null) throw new Error(diagnostics[0]?.message)
  const compiled = compile(result)
  const manifest = { ...manifestUnpacked(compiled, result), revision: `sha256:${String(text.length).padStart(64, '0')}` }
  return instantiate({ manifest, policy: compiled.policy, validators: standaloneValidators(compiled.schemas) })
}
