import { checkProject, type Model, renderDiagnostic } from '../../language/index.ts'
import type { PolicyText } from './generate/policy.ts'

/** The checked model of a policy's text, or what is wrong with it. */
export function readPolicy(text: PolicyText): { readonly model: Model } | { readonly problems: readonly string[] } {
  const { result, diagnostics } = checkProject({ read: (name) => text[name] ?? null }, ['policy.iap'])
  if (result !== null) return { model: result }
  return { problems: diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, { color: false })) }
}
