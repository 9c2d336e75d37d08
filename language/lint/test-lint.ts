/** Test helper: a base policy, and the warnings of a rule for a text. */
import { checkProject } from '../project.ts'
import { lint } from './lint.ts'

/** A policy without errors or warnings, also after rules are added to its routes. */
export const world = `
type Refund = { amount: int, note?: string }
identity staff via oidc { sub: string, groups: set<string>, level?: int, office: { city: string, floor?: int } }
identity partner via jwt { client_id: string, score: double }
role support of staff when "support" in caller.groups
role manager of staff when "managers" in caller.groups
role everybody of staff
label pii
label money
data closed: set<string>
def late(hour: int): bool = request.time.getHours() > hour
service orders at "orders.example" {
  route list   GET  "/orders"             is pii
  route read   GET  "/orders/{id}"        is pii
  route refund POST "/orders/{id}/refund" body Refund is money
}
`

const base = `${world}
permit base_reads
  on orders.*
  to support, manager, everybody, partner
  when late(3) && !("x" in closed)
`

export interface LintFinding {
  /** The text at the warning's span. */
  readonly place: string
  readonly message: string
}

/**
 * Returns the warnings of one code for a text beside the base policy.
 *
 * @param others further files by name
 * @throws Error if the text has errors, as no rule runs then
 */
export function warningsOf(code: string, text: string, others: Readonly<Record<string, string>> = {}): LintFinding[] {
  const files: Readonly<Record<string, string>> = { 'main.iap': text, ...others }
  const project = checkProject({ read: (name) => files[name] ?? null }, ['main.iap'])
  const errors = project.diagnostics.filter(({ severity }) => severity === 'error')
  if (errors.length > 0) throw new Error(errors.map(({ message, span }) => `${message} (${span.start})`).join('\n'))
  return lint(project, 'all').diagnostics.flatMap(({ code: found, message, span }) =>
    found === code ? [{ place: span.source.text.slice(span.start, span.end), message }] : [],
  )
}

/**
 * Test helper: appends a text to the base policy, and returns the source texts at the spans of the resulting warnings with a
 * given code.
 */
export function warningsIn(code: string, added: string): string[] {
  return warningsOf(code, `${base}\n${added}`).map(({ place }) => place)
}
