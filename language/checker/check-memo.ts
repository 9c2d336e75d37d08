/**
 * The results that `check` keeps for its next run. A rule or invariant depends on itself, on all other declarations, and on the
 * names that its file sees:
 *
 * - The **context** (all but rules, invariants and tests) is kept while its declarations are the same trees in the same files,
 * with the same imports and documents.
 * - A **rule** or invariant is kept while its context is, and its whole file is the same tree.
 *
 * Results are kept with their diagnostics, which each run reports, unless they depend on names of rules (`Scope.doubts`).
 * Nothing is kept while a name that rules may read has no meaning: it is unreadable, declared twice, or imported from a file that
 * does not exist.
 */
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { Document } from '../schema/document.ts'
import type { Declaration, Expression, File, Import } from '../syntax/ast.ts'
import { isExpression, visit } from '../syntax/children.ts'
import type { CheckedDeclarations } from './check-declarations.ts'
import type { ExpressionTables } from './expressions/expression-context.ts'
import type { Documents } from './routes/route-world.ts'
import type { Targeting } from './rules/targets.ts'
import type { Scope } from './scope.ts'

interface Kept {
  readonly files: readonly File[]
  /** The documents of the world. */
  readonly documents: readonly Document[]
  readonly world: CheckedDeclarations
  /** Diagnostics of the world. */
  readonly diagnostics: readonly Diagnostic[]
  readonly rules: KeptRules
}

export class CheckMemo {
  #kept: Kept | null = null

  /**
   * Returns the declarations and rules of the previous check if these files have the same imports and the same declarations
   * besides rules, invariants and tests; else null.
   */
  of(files: readonly File[], documents: Documents): Pick<Kept, 'world' | 'diagnostics' | 'rules'> | null {
    const kept = this.#kept
    if (kept === null || !isSameWorld(kept.files, files) || !kept.documents.every(documents.isSame)) return null
    kept.rules.keepOnly(files)
    return kept
  }

  keep(
    files: readonly File[],
    documents: readonly Document[],
    world: CheckedDeclarations,
    diagnostics: readonly Diagnostic[],
  ): KeptRules {
    const rules = new KeptRules(world.tables)
    this.#kept = { files, documents, world, diagnostics, rules }
    return rules
  }
}

/** The results of checked rules and invariants, kept for the next check while all other declarations stay the same. */
export class KeptRules {
  readonly #tables: ExpressionTables
  readonly #known = new Map<File, Map<Declaration, { readonly result: unknown; readonly diagnostics: readonly Diagnostic[] }>>()

  constructor(tables: ExpressionTables) {
    this.#tables = tables
  }

  /** Returns the kept result for a declaration, and reports its diagnostics again; or the result of `make`, which is kept. */
  of<T>(declaration: Targeting, { fileOf, doubts }: Scope, diagnostics: Diagnostic[], make: () => T): T {
    const file = fileOf(declaration)
    const ofFile = this.#known.get(file) ?? new Map()
    this.#known.set(file, ofFile)
    const known = ofFile.get(declaration)
    if (known !== undefined) {
      diagnostics.push(...known.diagnostics)
      return known.result as T
    }
    const [before, doubted] = [diagnostics.length, doubts()]
    const result = make()
    if (doubts() === doubted) ofFile.set(declaration, { result, diagnostics: diagnostics.slice(before) })
    return result
  }

  /** Removes the results for files that are not in the list, and the types and references of their expressions. */
  keepOnly(files: readonly File[]): void {
    const there = new Set(files)
    for (const file of this.#known.keys()) {
      if (there.has(file)) continue
      this.#known.delete(file)
      for (const declaration of file.declarations.filter(isOfRules)) {
        visit(declaration, (node) => {
          if (isExpression(node)) this.#forget(node)
          return true
        })
      }
    }
  }

  #forget(expression: Expression): void {
    const { types, references, guards } = this.#tables
    types.delete(expression)
    references.delete(expression)
    guards.delete(expression)
  }
}

const OF_RULES: ReadonlySet<Declaration['kind']> = new Set([
  'RuleDeclaration',
  'InvariantDeclaration',
  'PropertyDeclaration',
  'TestDeclaration',
])

function isOfRules({ kind }: Declaration): boolean {
  return OF_RULES.has(kind)
}

function isSameWorld(before: readonly File[], now: readonly File[]): boolean {
  return before.length === now.length && before.every((file, at) => isSameIn(file, now[at] as File))
}

function isSameIn(before: File, now: File): boolean {
  if (before === now) return true
  if (before.span.source.name !== now.span.source.name) return false
  const [ours, theirs] = [before, now].map(({ declarations }) => declarations.filter((one) => !isOfRules(one)))
  return isSameList(ours, theirs, Object.is) && isSameList(before.imports, now.imports, isSameImport)
}

function isSameImport(one: Import, other: Import): boolean {
  return one.from.value === other.from.value && isSameList(one.names, other.names, (a, b) => a.text === b.text)
}

function isSameList<T>(one: readonly T[] = [], other: readonly T[] = [], isSame: (a: T, b: T) => boolean): boolean {
  return one.length === other.length && one.every((value, at) => isSame(value, other[at] as T))
}
