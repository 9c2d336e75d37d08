/** Whether `policy.js` has only what the compiler emits. */
import type { Expression, FunctionDeclaration, Statement, VariableDeclaration } from 'acorn'
import { EXPRESSIONS, refuseExpression } from './policy/expressions.ts'
import { ModuleNames } from './policy/module-names.ts'
import { checkConstant, checkModule, constantKind } from './policy/module-shape.ts'
import { checkedName, nameIn, Scope } from './policy/scope.ts'
import { refuseStatement, STATEMENTS } from './policy/statements.ts'
import type { NodeRule, Walk } from './policy/walk.ts'
import { readCode, type TopLevel } from './read-code.ts'
import { Foreign, foreign, type Violation, violationIn } from './violation.ts'

/**
 * Cache of check results by the source text of each part of a module. Parts that a similar module shares with an earlier one are
 * not checked again.
 */
export type KnownParts = Map<string, Part>

interface Part {
  readonly names: ModuleNames
  readonly statements: readonly (readonly [kind: StatementKind, start: number])[]
}

type StatementKind = 'directive' | 'declaration' | 'module'

/** Pattern of characters that the compiler escapes (`compiler/codegen/code.ts`). */
const STRANGE = /[^\n\x20-\x7e\xa1-\xac\xae-\u024f]/

/**
 * Returns the first construct in `policy.js` that the compiler does not emit, or `null` if there is none.
 *
 * @param known results of checks of earlier modules; after a check, holds the parts of this module only
 */
export function policyViolation(code: string, known?: KnownParts): Violation | null {
  return violationIn(code, () => {
    if (known === undefined || !checkParts(code, known)) checkOutline(readPart(code), code.length)
  })
}

function checkOutline({ names, statements }: Part, end: number): void {
  let next: StatementKind | 'nothing' = 'directive'
  for (const [kind, start] of statements) {
    if (next === 'nothing') foreign('outline', { start }, 'something stands behind the module')
    if ((next === 'directive') !== (kind === 'directive'))
      foreign('outline', { start }, 'it does not begin in strict mode, or says so again')
    next = kind === 'module' ? 'nothing' : 'declaration'
  }
  if (next !== 'nothing') foreign('outline', { start: end }, 'it returns no module')
  names.checkUses()
}

/**
 * Checks a module in parts. Each part parses alone, and the next begins on a new line with a word that cannot continue it, so
 * all parts together parse the same. Returns false on errors; the whole module is then checked for their position.
 */
function checkParts(code: string, known: KnownParts): boolean {
  const whole = { names: new ModuleNames(), statements: [] as (readonly [StatementKind, number])[] }
  const parts: [string, Part][] = []
  let offset = 0
  try {
    for (const text of code.split(SEAM)) {
      const part = known.get(text) ?? readPart(text)
      parts.push([text, part])
      whole.names.add(part.names, offset)
      for (const [kind, start] of part.statements) whole.statements.push([kind, start + offset])
      offset += text.length + 1
    }
  } catch (error) {
    if (error instanceof Foreign || error instanceof RangeError) return false
    throw error
  }
  known.clear()
  for (const [text, part] of parts) known.set(text, part)
  checkOutline(whole, code.length)
  return true
}

/** Pattern of the place between two parts. No string or comment of a module spans lines. */
const SEAM = /\n(?=const |function |return )/

/**
 * Checks a part of a module, and returns its names.
 *
 * @throws Foreign for the first construct that the compiler does not emit
 */
function readPart(code: string): Part {
  const names = new ModuleNames()
  const statements: (readonly [StatementKind, number])[] = []
  const read = new StatementReader(createWalk(names), code)
  readCode(code, STRANGE, (node) => statements.push([read.kindOf(node), node.start]))
  return { names, statements }
}

function createWalk(module: ModuleNames): Walk {
  const walk: Walk = {
    module,
    expression(node, scope) {
      const row = EXPRESSIONS[node.type as Expression['type']] as NodeRule<Expression> | undefined
      if (row === undefined) refuseExpression(node)
      row.check(node as Expression, scope, walk)
    },
    statement(node, scope) {
      const row = STATEMENTS[node.type] as NodeRule<Statement> | undefined
      if (row === undefined) refuseStatement(node)
      row.check(node, scope, walk)
    },
    block(statements, outer) {
      const scope = new Scope(outer)
      for (const statement of statements) walk.statement(statement, scope)
    },
  }
  return walk
}

/** Directive for strict mode. In parentheses it would be an expression, and the code would run in sloppy mode. */
const STRICT = "'use strict'"

/** A checker of top-level statements: the directive for strict mode, constants, functions, and the module's `return`. */
class StatementReader {
  readonly #walk: Walk
  readonly #code: string

  constructor(walk: Walk, code: string) {
    this.#walk = walk
    this.#code = code
  }

  kindOf(node: TopLevel): StatementKind {
    switch (node.type) {
      case 'ExpressionStatement':
        return this.#code.slice(node.start, node.end) === STRICT ? 'directive' : refuseOutline(node)
      case 'VariableDeclaration':
        this.#constants(node)
        return 'declaration'
      case 'FunctionDeclaration':
        this.#function(node as FunctionDeclaration)
        return 'declaration'
      case 'ReturnStatement':
        checkModule(node.argument ?? refuseOutline(node), this.#walk)
        return 'module'
      default:
        return refuseOutline(node)
    }
  }

  #constants(node: VariableDeclaration): void {
    if (node.kind !== 'const') foreign('outline', node, 'a module keeps something that can change')
    for (const { id, init } of node.declarations) {
      if (!init) foreign('outline', node, 'a constant has no value')
      this.#walk.module.declare(nameIn(id), constantKind(init), () => checkConstant(init, this.#walk))
    }
  }

  #function(node: FunctionDeclaration): void {
    if (node.async || node.generator) foreign('function', node, 'a function is not a plain one')
    this.#walk.module.declare(checkedName(node.id), 'function', () => {
      const scope = new Scope()
      for (const parameter of node.params) scope.declare(nameIn(parameter), 'parameter')
      this.#walk.block(node.body.body, scope)
    })
  }
}

function refuseOutline(node: TopLevel): never {
  return foreign('outline', node, 'it has something beside strict mode, constants, functions and the module')
}
