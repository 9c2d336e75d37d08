import { exactLint } from '../../analysis/index.ts'
import { interpret } from '../../interpreter/index.ts'
import { type Analysis, checkProject, lint } from '../../language/index.ts'

/** Returns the codes of the warnings that `iap check` (`default`) or `iap lint` (`all`) has for a policy without errors. */
export function warningsOf(text: string, which: 'default' | 'all'): readonly string[] {
  const project = checkProject({ read: (file) => (file === 'policy.iap' ? text : null) }, ['policy.iap'])
  if (project.result === null) throw new Error(`the generated policy has errors: ${project.diagnostics[0]?.message}`)
  const exactly: Analysis = (question) => {
    const ask = (request: Parameters<typeof interpret>[1]) => ({ ...interpret(question.model, request), revision: '' })
    return exactLint({ ...question, ask })
  }
  return lint(project, which, which === 'all' ? exactly : null).diagnostics.map(({ code }) => code)
}
