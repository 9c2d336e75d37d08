import { byPlace, renderConfigError } from '../base/config-error.ts'
import type { Problem } from '../base/startup-error.ts'
import type { IdentityProblem } from '../identity/index.ts'
import type { Config } from './config/index.ts'

export function identityProblems({ source }: Config, problems: readonly IdentityProblem[]): readonly Problem[] {
  return problems
    .map(({ path, fault, message }) => ({ fault, error: { file: source.file, ...source.place(path), message } }))
    .sort((a, b) => byPlace(a.error, b.error))
    .map(({ fault, error }) => ({ fault, message: renderConfigError(error) }))
}
