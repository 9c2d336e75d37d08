/**
 * What `check` keeps for the next time. Rules and invariants, most of what a policy has, depend on two things besides themselves:
 * on all other declarations, and on which names their file sees. So:
 *
 * - the **world** (all that is not a rule, an invariant or a test) is kept while each of its declarations is the same tree, in
 *   the same file with the same imports, and the documents are the same;
 * - a **rule** or an invariant is kept while its world is, and its whole file is the same tree.
 *
 * Only what nothing was reported of is kept, and only of files in which every name was found: a mistake is reported anew each
 * time, with all that it brings about.
 */
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { Declaration, Expression, File, Import, InvariantDeclaration, RuleDeclaration } from '../syntax/ast.ts'
import { isExpression, visit } from '../syntax/children.ts'
import type { CheckedDeclarations } from './check-declarations.ts'
import type { ExpressionTables } from './expressions/expression-context.ts'
import type { Documents } from './routes/route-world.ts'

interface Kept {
  readonly files: readonly File[]
  readonly documents: Documents
  readonly world: CheckedDeclarations
  readonly rules: KeptRules
}

export class CheckMemo {
  #kept: Kept | null = null

  /** The world of these files, if it is the one from before, with the rules that are. */
  of(files: readonly File[], documents: Documents): Pick<Kept, 'world' | 'rules'> | null {
    const kept = this.#kept
    if (kept === null || kept.documents !== documents || !isSameWorld(kept.files, files)) return null
    kept.rules.keepOnly(files)
    return kept
  }

  keep(files: readonly File[], documents: Documents, world: CheckedDeclarations): KeptRules {
    const rules = new KeptRules(world.tables)
    this.#kept = { files, documents, world, rules }
    return rules
  }
}

/** Rules and invariants of one world. */
export class KeptRules {
  readonly #tables: ExpressionTables
  readonly #known = new Map<File, Map<Declaration, unknown>>()

  constructor(tables: ExpressionTables) {
    this.#tables = tables
  }

  /** What `make` makes of a declaration, or has made. */
  of<T>(declaration: RuleDeclaration | InvariantDeclaration, file: File, diagnostics: readonly Diagnostic[], make: () => T): T {
    const ofFile = this.#known.get(file) ?? new Map<Declaration, unknown>()
    this.#known.set(file, ofFile)
    if (ofFile.has(declaration)) return ofFile.get(declaration) as T
    const before = diagnostics.length
    const made = make()
    if (diagnostics.length === before) ofFile.set(declaration, made)
    return made
  }

  /** Lets go of those of other files, and of what was learnt of their expressions. */
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

function isOfRules({ kind }: Declaration): boolean {
  return kind === 'RuleDeclaration' || kind === 'InvariantDeclaration' || kind === 'TestDeclaration'
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
