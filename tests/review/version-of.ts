import type { Version } from '../../analysis/diff/index.ts'
import { modelOf } from '../../compiler/testing/compile-text.ts'
import { interpret } from '../../interpreter/index.ts'

/** A policy with its interpreter, which is who decides. */
export function versionOf(files: string | Readonly<Record<string, string>>): Version {
  const model = modelOf(files)
  return { model, interpret: (part, request) => ({ ...interpret(part, request), revision: '' }) }
}
