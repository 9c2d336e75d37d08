/** Test helper: checks single expressions among declarations, without rules and routes. */
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { parse, parseExpression } from '../../parse.ts'
import type { DataDeclaration, DefDeclaration, IdentityDeclaration, RoleDeclaration, TypeNode } from '../../syntax/ast.ts'
import { type CheckedDef, nothingRead } from '../declared.ts'
import type { Datum, Identity, Role } from '../model.ts'
import { buildScope } from '../scope.ts'
import { createTypeResolver } from '../types/resolve-type.ts'
import type { Type } from '../types/type.ts'
import { checkConditions, checkValue } from './check-condition.ts'
import { checkDef } from './check-def.ts'
import { checkExpression } from './check-expression.ts'
import type { ExpressionContext } from './expression-context.ts'
import { type CallerMember, knowing } from './flow/narrowing.ts'

export interface TestedExpression {
  readonly place?: ExpressionContext['place']
  readonly requirements?: ExpressionContext['requirements']
  /** Names of identities, and `anonymous`. Default: all of them. */
  readonly callers?: readonly string[]
}

/**
 * Returns a checker of single expressions, for tests.
 *
 * @param declarations may have types `Params`, `Query` and `Body`, which the routes declare
 */
export function testChecker(declarations: string) {
  const diagnostics: Diagnostic[] = []
  const parsed = parse({ name: 'main.iap', text: declarations })
  diagnostics.push(...parsed.diagnostics)
  const file = parsed.result
  const scope = buildScope([file], () => null, diagnostics)
  const resolver = createTypeResolver(scope, diagnostics)
  const of = <K extends string>(kind: K) => scope.declarations.filter((one): one is typeof one & { kind: K } => one.kind === kind)

  const identities = new Map<IdentityDeclaration, Identity>()
  for (const declaration of of('IdentityDeclaration')) {
    const fields = resolver.fieldsOf(declaration.claims, file)
    identities.set(declaration, {
      name: declaration.name.text,
      index: identities.size,
      methods: [],
      byCertificate: false,
      fields,
      claims: fields,
      declaration,
    })
  }
  const data = new Map<DataDeclaration, Datum>()
  for (const declaration of of('DataDeclaration')) {
    const type = resolver.typeOf(declaration.type, file)
    data.set(declaration, { name: declaration.name.text, index: data.size, type, doc: null, place: declaration.name.span })
  }
  const roles = new Map<RoleDeclaration, Role>()
  for (const declaration of of('RoleDeclaration')) {
    const members = [...identities.values()].filter(({ name }) => declaration.of.some((one) => one.text === name))
    const { name, when } = declaration
    roles.set(declaration, {
      name: name.text,
      index: roles.size,
      identities: members,
      condition: when,
      data: [],
      place: name.span,
    })
  }
  const typeNamed = (name: string): Type | undefined => {
    const node: TypeNode | undefined = of('TypeDeclaration').find((one) => one.name.text === name)?.type
    return node === undefined ? undefined : resolver.typeOf(node, file)
  }
  const defs = new Map<DefDeclaration, CheckedDef>()
  const tables = { types: new Map(), references: new Map(), guards: new Map(), watch: null }
  const everybody: readonly CallerMember[] = [...identities.values(), 'anonymous']

  const contextOf = ({ place = 'rule', requirements = 'nowhere' }: TestedExpression, into: Diagnostic[]): ExpressionContext => ({
    ...tables,
    file,
    scope,
    declared: { identities, roles, lackingRoles: new Set(), data, defs },
    diagnostics: into,
    place,
    requirements,
    roots: Object.fromEntries(
      (['params', 'query', 'body'] as const).flatMap((root) => {
        const type = typeNamed((root[0] as string).toUpperCase() + root.slice(1))
        return type === undefined ? [] : [[root, { type, differing: new Set<string>() }]]
      }),
    ),
    variables: new Map(),
    reads: nothingRead(),
    complaints: new Set(),
    used: new Set(),
    operand: null,
    rule: null,
    requirementClauses: null,
    check: checkExpression,
  })
  for (const declaration of of('DefDeclaration')) {
    const def = {
      name: declaration.name.text,
      params: declaration.params.map(({ name, type }) => ({ name: name.text, type: resolver.typeOf(type, file) })),
      result: resolver.typeOf(declaration.result, file),
      body: declaration.body,
      doc: null,
    }
    defs.set(declaration, checkDef(declaration, def, knowing(everybody), contextOf({ place: 'def' }, diagnostics)))
  }

  const knownOf = ({ callers }: TestedExpression) =>
    knowing(everybody.filter((one) => callers?.includes(one === 'anonymous' ? one : one.name) ?? true))
  const expressionOf = (text: string) => {
    const { result, diagnostics: problems } = parseExpression({ name: 'condition', text })
    if (result === null) throw new Error(`${text}: ${problems.map(({ message }) => message).join('; ')}`)
    return result
  }
  return {
    /** Diagnostics of the declarations themselves. */
    diagnostics,
    tables,
    defs,
    /** Checks one expression for its value. */
    value(text: string, place: TestedExpression = {}) {
      const found: Diagnostic[] = []
      const context = contextOf(place, found)
      const expression = expressionOf(text)
      const { type } = checkValue(expression, knownOf(place), context, null)
      return { expression, type, diagnostics: found, reads: context.reads }
    },
    /** Checks clauses: each is a condition, or `unless …`. */
    clauses(texts: readonly string[], place: TestedExpression = {}) {
      const found: Diagnostic[] = []
      const context = contextOf(place, found)
      const conjuncts = texts.map((text) => ({
        expression: expressionOf(text.replace(/^unless /, '')),
        negated: text.startsWith('unless '),
      }))
      checkConditions(conjuncts, knownOf(place), context)
      return { expressions: conjuncts.map(({ expression }) => expression), diagnostics: found, reads: context.reads }
    },
  }
}

/** Returns the code and the source text of a diagnostic. */
export function told({ code, span }: Diagnostic): string {
  return `${code} ${span.source.text.slice(span.start, span.end)}`
}

/** Test helper: returns the source text with the diagnostic's first fix applied; null if the diagnostic has no fix. */
export function mended({ fixes, span }: Diagnostic): string | null {
  const [fix] = fixes
  if (fix === undefined) return null
  const edits = [...fix.edits].sort((a, b) => b.span.start - a.span.start)
  return edits.reduce((text, edit) => text.slice(0, edit.span.start) + edit.text + text.slice(edit.span.end), span.source.text)
}
