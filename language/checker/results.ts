/**
 * Results of declarations, and when they are used again.
 *
 * A declaration is checked after those on which it depends. Its result is kept with all that it was made of: what its names mean
 * and the results for these, its documents, and given values such as the routes of a rule. It is used again while the
 * declaration is the same tree and all of these are the same objects. A result with a doubt (`Scope.doubts`) is made again.
 *
 * Objects of the model that have a position in a list are kept when others are added before them: their `index` is changed. So a
 * model is valid until the next check with the same memo.
 */
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { Document } from '../schema/document.ts'
import type { Declaration, File } from '../syntax/ast.ts'
import { isExpression, visit } from '../syntax/children.ts'
import type { ExpressionTables } from './expressions/expression-context.ts'
import type { Named, Scope } from './scope.ts'

/** Results of checked declarations, some of which may be of the previous check. */
export interface Results {
  /**
   * Returns the result for a declaration: the kept one, whose diagnostics are reported again, or that of `make`.
   *
   * @param given returns what `make` reads besides the names of the declaration's file and documents
   */
  of<T>(declaration: Declaration, make: () => T, given?: () => readonly unknown[]): T
  /** Sets the result for a declaration that is not checked by itself. */
  set(declaration: Named, result: unknown): void
  /** Returns a list; that of the previous check if it has the same elements. */
  list<T>(key: string, list: readonly T[]): readonly T[]
}

/** The results of a check that keeps nothing. */
export const ALL_NEW: Results = { of: (_, make) => make(), set: () => {}, list: (_, list) => list }

/** The results of one check: of the world, or of rules. */
export class ResultStore {
  readonly results = new Map<Declaration, Kept>()
  /** The results for names, also those that are not kept. */
  readonly values = new Map<Declaration, unknown>()
  readonly lists = new Map<string, readonly unknown[]>()
}

interface Kept {
  readonly result: unknown
  readonly diagnostics: readonly Diagnostic[]
  /** Whether the result may not be used again. */
  readonly isDoubtful: boolean
  readonly file: File
  readonly names: readonly Lookup[]
  readonly documents: readonly Document[]
  readonly given: readonly unknown[]
}

/** A name that was looked up, the declaration that it means if any, and the result for that. */
interface Lookup {
  readonly name: string
  readonly found: Named | null
  readonly value: unknown
}

export interface Run {
  readonly scope: Scope
  readonly documents: { isSame(document: Document): boolean }
  readonly diagnostics: Diagnostic[]
  /** The documents that were named since it was last emptied. */
  readonly named: Document[]
  readonly tables: ExpressionTables
  /** The results for the names of the world. */
  readonly values: ReadonlyMap<Declaration, unknown>
  readonly lists: Map<string, readonly unknown[]>
  readonly oldLists: ReadonlyMap<string, readonly unknown[]>
}

const NOTHING = (): readonly unknown[] => []

export class KeptResults implements Results {
  readonly #run: Run
  readonly #before: ResultStore
  readonly #now: ResultStore
  readonly #isSameWorld: boolean

  /** @param isSameWorld whether what the results are made of can only have changed with their files */
  constructor(run: Run, before: ResultStore, now: ResultStore, isSameWorld: boolean) {
    this.#run = run
    this.#before = before
    this.#now = now
    this.#isSameWorld = isSameWorld
  }

  of<T>(declaration: Declaration, make: () => T, given: () => readonly unknown[] = NOTHING): T {
    const { scope, diagnostics, named, tables, values } = this.#run
    const file = scope.fileOf(declaration)
    const known = this.#before.results.get(declaration)
    if (known !== undefined && this.#isValid(known, file, given)) {
      for (const one of known.diagnostics) diagnostics.push(one)
      this.#now.results.set(declaration, known.file === file ? known : { ...known, file })
      this.#now.values.set(declaration, known.result)
      return known.result as T
    }
    if (known !== undefined) forget(declaration, tables)
    const [reported, doubted] = [diagnostics.length, scope.doubts()]
    named.length = 0
    const { result, found } = scope.observed(make)
    this.#now.values.set(declaration, result)
    const isDoubtful = scope.doubts() !== doubted
    this.#now.results.set(declaration, {
      result,
      diagnostics: diagnostics.slice(reported),
      isDoubtful,
      file,
      names: [...found].map(([name, means]) => ({ name, found: means, value: means === null ? null : values.get(means) })),
      documents: [...named],
      // It may report once more what is wrong with a name.
      given: isDoubtful ? [] : given(),
    })
    return result
  }

  set(declaration: Named, result: unknown): void {
    this.#now.values.set(declaration, result)
  }

  list<T>(key: string, list: readonly T[]): readonly T[] {
    const { lists, oldLists } = this.#run
    const known = (lists.get(key) ?? oldLists.get(key)) as readonly T[] | undefined
    const stable = known !== undefined && isSameList(known, list, Object.is) ? known : list
    lists.set(key, stable)
    return stable
  }

  #isValid(known: Kept, file: File, given: () => readonly unknown[]): boolean {
    if (known.isDoubtful) return false
    if (this.#isSameWorld && known.file === file) return true
    const { scope, documents, values } = this.#run
    return (
      known.names.every(
        ({ name, found, value }) => scope.find(file, name) === found && (found === null || values.get(found) === value),
      ) &&
      known.documents.every(documents.isSame) &&
      isSameList(known.given, given(), Object.is)
    )
  }
}

export function forgetAll(before: ResultStore, now: ResultStore, tables: ExpressionTables): void {
  for (const declaration of before.results.keys()) if (!now.results.has(declaration)) forget(declaration, tables)
}

/** Removes the types and references of a declaration's expressions. */
function forget(declaration: Declaration, { types, references, guards }: ExpressionTables): void {
  visit(declaration, (node) => {
    if (isExpression(node)) {
      types.delete(node)
      references.delete(node)
      guards.delete(node)
    }
    return true
  })
}

export function isSameList<T>(one: readonly T[] = [], other: readonly T[] = [], isSame: (a: T, b: T) => boolean): boolean {
  return one.length === other.length && one.every((value, at) => isSame(value, other[at] as T))
}
