/** The cases of the suite as they stand in the folders: what README.md describes. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type CheckedProject, checkProject, type Model, renderDiagnostic } from '../../language/index.ts'
import type { EvalAnswer, EvalRequest } from '../../runtime/abi/index.ts'

export interface Case {
  readonly name: string
  readonly request: EvalRequest
  /** As written; what is left out is filled in by `expected`. */
  readonly expect: Pick<EvalAnswer, 'effect'> & Partial<Expected>
}

/** What is compared of an answer. */
export type Expected = Pick<EvalAnswer, 'effect' | 'route' | 'rules' | 'reason' | 'errors'> & {
  readonly status: number | null
  readonly code: string | null
}

export interface Construct {
  readonly name: string
  readonly project: CheckedProject
  readonly model: Model
  readonly cases: readonly Case[]
}

const root = fileURLToPath(new URL('.', import.meta.url))

/** Every folder, by name, its policy checked. */
export function readConstructs(): readonly Construct[] {
  const folders = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  return folders.map(({ name }) => readConstruct(name)).sort((a, b) => (a.name < b.name ? -1 : 1))
}

function readConstruct(name: string): Construct {
  const folder = `${root}${name}/`
  const read = (file: string) => (existsSync(folder + file) ? readFileSync(folder + file, 'utf8') : null)
  const project = checkProject({ read }, ['policy.iap'])
  if (project.result === null) {
    throw new Error(project.diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, { color: false })).join('\n'))
  }
  return { name, project, model: project.result, cases: JSON.parse(read('cases.json') ?? '[]') }
}

/** The whole expectation: what a case leaves out is empty. */
export function expected({ expect }: Case): Expected {
  return { route: null, rules: [], reason: null, errors: [], status: null, code: null, ...expect }
}

/** The same of an answer of `eval` or the interpreter. */
export function compared(answer: Omit<EvalAnswer, 'revision'>): Expected {
  const { effect, route, rules, reason, errors, status = null, code = null } = answer
  return { effect, route, rules, reason, errors, status, code }
}
