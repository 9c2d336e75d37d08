/** Test helper: a base policy, and its symbolic warnings. */

import type { Model } from '../../language/checker/model.ts'
import { lint } from '../../language/lint/lint.ts'
import { checkProject } from '../../language/project.ts'
import type { Span } from '../../language/source.ts'
import type { EvalAnswer, EvalRequest } from '../../runtime/abi/index.ts'
import { exactLint } from './exact-lint.ts'

const world = `
identity staff via oidc { sub: string, groups: set<string>, level: int, region?: "eu" | "us" }
identity partner via jwt { client_id: string, score: double }
identity program via api_key { name: string }
role manager of staff when caller.level > 5
role trainee of staff when caller.level < 2
data closed: set<string>
service orders at "orders.example" {
  route list   GET  "/orders"
  route read   GET  "/orders/{id}"
  route refund POST "/orders/{id}/refund" body { amount: int, kind: "new" | "old", note?: string }
}
`

export interface ReportedFinding {
  /** The source text at the span of the warning. */
  readonly place: string
  readonly message: string
  /** The source texts at the related spans of the warning. */
  readonly related: readonly string[]
}

type Answer = (model: Model, request: EvalRequest) => EvalAnswer

/**
 * Returns the warnings with one code for a base policy with `added` appended. For tests.
 *
 * @param answer evaluates the requests of finders; by default, a request is an error
 * @throws Error if the policy has an error
 */
export function said(code: string, added: string, answer: Answer = unasked): readonly ReportedFinding[] {
  const text = `${world}\n${added}`
  const project = checkProject({ read: (name) => (name === 'main.iap' ? text : null) }, ['main.iap'])
  const [error] = project.diagnostics.filter(({ severity }) => severity === 'error')
  if (error !== undefined) throw new Error(`${error.message}: ${written(error.span)}`)
  const analysed = lint(project, 'all', (question) =>
    exactLint({ ...question, ask: (request) => answer(question.model, request) }),
  )
  return analysed.diagnostics.flatMap(({ code: found, message, span, related }) =>
    found === code ? [{ place: written(span), message, related: related.map((one) => written(one.span)) }] : [],
  )
}

export function findingsIn(code: string, added: string): readonly string[] {
  return said(code, added).map(({ place }) => place)
}

function written({ source, start, end }: Span): string {
  return source.text.slice(start, end)
}

function unasked(): never {
  throw new Error('no request is asked')
}
