import type { Declaration } from '../syntax/ast.ts'
import type { Named } from './scope.ts'

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
