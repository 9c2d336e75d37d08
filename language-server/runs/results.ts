import type { Coverage } from '../../compiler/testing/index.ts'
import type { Declaration } from '../../language/index.ts'
import type { Project } from '../workspace/project.ts'
import type { TestOutcome } from './run-tests.ts'

/** A result, with the version of the project that it is about. */
interface Kept<T> {
  readonly value: T
  readonly version: number
}

/** A result of an earlier run, which an edit since may have changed. */
export interface KnownResult<T> {
  readonly value: T
  readonly isStale: boolean
}

/** The outcome of a test or of one of its cases, without the tree of a text that may be gone. */
export type KeptOutcome = Omit<TestOutcome, 'declaration'>

/**
 * The last results of the runs that clients asked for in a project. Nothing is computed here, and nothing here holds a model or
 * a tree: those of old texts can be collected.
 */
export class Results {
  readonly #project: Project
  readonly #tests = new Map<string, Kept<readonly KeptOutcome[]>>()
  readonly #invariants = new Map<string, Kept<string>>()
  readonly #access = new Map<string, Kept<string>>()
  #coverage: Kept<ReadonlyMap<string, number>> | null = null

  constructor(project: Project) {
    this.#project = project
  }

  /** Notes outcomes of whole tests: the rows of a test replace all of its earlier rows. */
  keepTests(outcomes: readonly TestOutcome[], version: number): void {
    const found = new Map<string, KeptOutcome[]>()
    for (const { declaration, ...outcome } of outcomes) {
      const key = keyOf(declaration)
      found.set(key, [...(found.get(key) ?? []), outcome])
    }
    for (const [key, value] of found) this.#tests.set(key, { value, version })
  }

  testOf(declaration: Declaration): KnownResult<readonly KeptOutcome[]> | null {
    return this.#known(this.#tests.get(keyOf(declaration)))
  }

  /** Notes the verdict on an invariant, in words. */
  keepInvariant(name: string, value: string, version: number): void {
    this.#invariants.set(name, { value, version })
  }

  invariantNamed(name: string): KnownResult<string> | null {
    return this.#known(this.#invariants.get(name))
  }

  /** Notes who may use a route, in words. */
  keepAccess(route: string, value: string, version: number): void {
    this.#access.set(route, { value, version })
  }

  accessTo(route: string): KnownResult<string> | null {
    return this.#known(this.#access.get(route))
  }

  keepCoverage({ rules }: Coverage, version: number): void {
    this.#coverage = { value: new Map(rules.map(({ name, tests }) => [name, tests])), version }
  }

  /** Returns the number of tests that each rule decides, by its name; null if that was never counted. */
  get coverage(): KnownResult<ReadonlyMap<string, number>> | null {
    return this.#known(this.#coverage)
  }

  #known<T>(kept: Kept<T> | null | undefined): KnownResult<T> | null {
    return kept ? { value: kept.value, isStale: kept.version !== this.#project.version } : null
  }
}

/** Tests of several files may have the same name. */
function keyOf({ name }: Declaration): string {
  return `${name.span.source.name} ${name.kind === 'Name' ? name.text : name.value}`
}

const known = new WeakMap<Project, Results>()

export function resultsOf(project: Project): Results {
  const results = known.get(project) ?? new Results(project)
  known.set(project, results)
  return results
}
