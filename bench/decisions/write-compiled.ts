import { checkProject, renderDiagnostic } from '../../language/index.ts'
import { writeParts } from '../write-parts.ts'

export interface Compilation {
  readonly rules: number
  readonly routes: number
}

/** Compiles `.iap` texts into what `openPolicy` loads. */
export function writeCompiled(texts: ReadonlyMap<string, string>, folder: string): Compilation {
  const { result: model, diagnostics } = checkProject({ read: (name) => texts.get(name) ?? null }, [...texts.keys()])
  if (model === null) throw new Error(diagnostics.map((one) => renderDiagnostic(one, { color: false })).join('\n'))
  writeParts(model, folder)
  return { rules: model.rules.length, routes: model.routes.length }
}
