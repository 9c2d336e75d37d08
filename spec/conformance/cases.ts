/** The cases of the suite as they stand in the folders: what README.md describes. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type CheckedProject, checkProject, type Model, renderDiagnostic } from '../../language/index.ts'
import type { EvalAnswer, EvalRequest } from '../../runtime/abi/index.ts'

export interface Case {
  readonly name: string
  readonly request: EvalRequest
  /** As written; what is left out is filled in by `expected`. */
  readonly expect: Pick<EvalAnswer, 'effect'> &
    Partial<Omit<Expected, 'obligations'>> & { readonly obligations?: Partial<Expected['obligations']> }
}

/** What only a proxy can be asked: `wire.json`. */
export interface WireCase extends Case {
  readonly request: WireRequest
}

export interface WireRequest extends EvalRequest {
  /** Instead of a body: its bytes, as Latin-1. */
  readonly bytes?: string
  /** The body has as many bytes, the last of them spaces. */
  readonly pad?: number
}

/** What is compared of an answer. */
export type Expected = Pick<
  EvalAnswer,
  'effect' | 'route' | 'rules' | 'reason' | 'errors' | 'obligations' | 'challenge' | 'shadow'
> & {
  readonly status: number | null
  readonly code: string | null
}

export interface Construct {
  readonly name: string
  readonly project: CheckedProject
  readonly model: Model
  readonly cases: readonly Case[]
  readonly wireCases: readonly WireCase[]
}

const root = fileURLToPath(new URL('.', import.meta.url))

const known = new Map<string, Construct>()

/** Every folder, by name, its policy checked: once for all files of tests that a worker runs. */
export function readConstructs(only = ''): readonly Construct[] {
  const folders = readdirSync(root, { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && new RegExp(only).test(entry.name),
  )
  return folders.map(({ name }) => knownConstruct(name)).sort((a, b) => (a.name < b.name ? -1 : 1))
}

function knownConstruct(name: string): Construct {
  const construct = known.get(name) ?? readConstruct(name)
  known.set(name, construct)
  return construct
}

function readConstruct(name: string): Construct {
  const folder = `${root}${name}/`
  const read = (file: string) => (existsSync(folder + file) ? readFileSync(folder + file, 'utf8') : null)
  const project = checkProject({ read }, ['policy.iap'])
  if (project.result === null) {
    throw new Error(project.diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, { color: false })).join('\n'))
  }
  const [cases, wireCases] = ['cases.json', 'wire.json'].map((file) => JSON.parse(read(file) ?? '[]'))
  return { name, project, model: project.result, cases, wireCases }
}

const EMPTY = { route: null, rules: [], reason: null, challenge: null, shadow: [], errors: [], status: null, code: null }

/** The whole expectation: what a case leaves out is empty. */
export function expected({ expect }: Case): Expected {
  const { obligations, ...rest } = expect
  return { ...EMPTY, ...rest, obligations: { headers: {}, limits: [], ...obligations } }
}

/** The same of an answer of `eval` or the interpreter. */
export function compared(answer: Omit<EvalAnswer, 'revision'>): Expected {
  const { effect, route, rules, reason, obligations, challenge, shadow, errors, status = null, code = null } = answer
  return { effect, route, rules, reason, obligations, challenge, shadow, errors, status, code }
}
