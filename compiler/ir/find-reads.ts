/** The paths that expressions read of a request and its caller, only as deep as they read. */
import type { Type } from '../../language/checker/types/type.ts'
import type { Expr, VariableName } from './expression.ts'
import { children } from './visit.ts'

/** A node in the tree of input paths that expressions read, such as `level` in `caller.level`. */
export interface ReadNode {
  readonly type: Type
  readonly optional: boolean
  /** Whether the value itself is read. If neither the value nor a part of it is read, only its presence is tested. */
  whole: boolean
  /** Whether the value is only compared for equality with other values. */
  opaque: boolean
  readonly fields: Map<string, ReadNode>
  /** Reads of the elements, if only parts of the elements of a list or set are read; else null. */
  element: ReadNode | null
}

type Scope = ReadonlyMap<VariableName, ReadNode | null>

/** Collects the inputs that expressions read. Omits those that every audit record contains: path, time and caller. */
export class Reads {
  /** Trees of the paths that are read, by root: `caller`, `query`, `body`, `headers`, `mtls`. */
  readonly roots = new Map<string, ReadNode>()
  readonly roles: { readonly word: number; readonly mask: number }[] = []
  readonly auth = new Set<'time' | 'acr' | 'mfa'>()

  read(expression: Expr): void {
    this.#read(expression, new Map(), false)
  }

  /** Adds the reads of an expression whose value is only compared for equality. */
  compared(expression: Expr): void {
    this.#read(expression, new Map(), this.#isGiven(expression, new Map()))
  }

  /** Adds the authentication facts (`acr`, `mfa`, time) that a requirement reads. */
  require({ what, within }: { readonly what: 'mfa' | 'acr' | 'auth'; readonly within: number | null }): void {
    if (what !== 'auth') this.auth.add(what)
    if (within !== null || what === 'auth') this.auth.add('time')
  }

  #read(expression: Expr, scope: Scope, opaque: boolean): void {
    const place = this.#placeOf(expression, scope)
    if (place !== null) {
      place.opaque &&= opaque
      place.whole = true
      return
    }
    switch (expression.kind) {
      case 'RoleTest':
        this.roles.push(expression)
        return
      case 'RequirementTest':
        this.require(expression)
        return
      case 'HeaderTest':
        this.#header(expression.name)
        return
      case 'Present':
        this.#present(expression.target, scope)
        return
      case 'Equal':
        this.#equal([expression.left, expression.right], scope)
        return
      case 'In':
        this.#equal([expression.element, expression.collection], scope)
        return
      case 'MapRead':
        this.#equal([expression.key, expression.map], scope)
        return
      case 'OrValue':
      case 'Some':
      case 'Optional':
      case 'Collect':
        // Each part is compared with what the whole is compared with.
        for (const part of children(expression)) this.#read(part, scope, opaque)
        return
      case 'Call':
        if (expression.id.startsWith('sets.')) this.#equal(expression.operands, scope)
        else this.#all(children(expression), scope)
        return
      case 'Let':
        this.#bind(expression.variable, expression.value, [expression.body], scope)
        return
      case 'OptMap':
        this.#bind(expression.variable, expression.range, [expression.body], scope)
        return
      case 'Quantifier':
        this.#each(expression.variable, expression.range, [expression.test], scope)
        return
      case 'Select':
        this.#each(expression.variable, expression.range, [expression.test, expression.value], scope)
        if (expression.value === null) this.#read(expression.range, scope, false)
        return
      default:
        this.#all(children(expression), scope)
    }
  }

  #all(expressions: readonly Expr[], scope: Scope): void {
    for (const one of expressions) this.#read(one, scope, false)
  }

  /** Adds compared values: opaque if all operands are input as it is, not computed. */
  #equal(operands: readonly Expr[], scope: Scope): void {
    const opaque = operands.every((one) => this.#isGiven(one, scope))
    for (const one of operands) this.#read(one, scope, opaque)
  }

  #isGiven(expression: Expr, scope: Scope): boolean {
    switch (expression.kind) {
      case 'Const':
      case 'Data':
      case 'RequestField':
        return true
      case 'Param': {
        const { place } = expression
        return place.kind !== 'segment' || place.prefix + place.suffix === 0
      }
      case 'Collect':
        return expression.elements.every((one) => this.#isGiven(one, scope))
      case 'Optional':
      case 'Some':
        return this.#isGiven(expression.kind === 'Some' ? expression.operand : expression.target, scope)
      case 'MapRead':
        return this.#isGiven(expression.map, scope)
      case 'Field':
        return this.#placeOf(expression, scope) !== null || this.#isGiven(expression.object, scope)
      case 'OrValue':
        return this.#isGiven(expression.operand, scope) && this.#isGiven(expression.fallback, scope)
      default:
        return this.#placeOf(expression, scope) !== null
    }
  }

  /** Adds a presence test, which does not read the value. */
  #present(target: Expr, scope: Scope): void {
    if (this.#placeOf(target, scope) === null) this.#read(target, scope, false)
  }

  #bind(variable: VariableName, value: Expr, sees: readonly Expr[], scope: Scope): void {
    const place = this.#placeOf(value, scope)
    if (place === null) this.#read(value, scope, false)
    const inside = new Map(scope).set(variable, place)
    for (const one of sees) this.#read(one, inside, false)
  }

  #each(variable: VariableName, range: Expr, sees: readonly (Expr | null)[], scope: Scope): void {
    const place = this.#placeOf(range, scope)
    if (place === null) this.#read(range, scope, false)
    const element = place === null ? null : this.#elementOf(place)
    const inside = new Map(scope).set(variable, element)
    for (const one of sees) if (one !== null) this.#read(one, inside, false)
  }

  /** Returns null if all of the collection is read. */
  #elementOf(place: ReadNode): ReadNode | null {
    const { type } = place
    if ((type.kind === 'list' || type.kind === 'set') && type.element.kind === 'record') {
      place.opaque = false
      place.element ??= node(type.element, false)
      return place.element
    }
    place.whole = true
    place.opaque = false
    return null
  }

  /** Returns null for a computed value or one outside the request. Adds the reads that locate it. */
  #placeOf(expression: Expr, scope: Scope): ReadNode | null {
    switch (expression.kind) {
      case 'CallerField':
        return this.#field(this.#root('caller', EMPTY_RECORD, false), expression.name, expression.type, true)
      case 'Query':
        return this.#root('query', expression.type, false)
      case 'Body':
        return this.#root('body', expression.type, false)
      case 'Mtls':
        return this.#root('mtls', expression.type, true)
      case 'Header':
        return this.#header(expression.name, expression.type)
      case 'Variable':
        return scope.get(expression.variable) ?? null
      case 'Shared':
        return this.#placeOf(expression.value, scope)
      case 'Optional':
        return expression.target.kind === 'MapRead' ? null : this.#placeOf(expression.target, scope)
      case 'Some':
        return this.#placeOf(expression.operand, scope)
      case 'Field': {
        const object = this.#placeOf(expression.object, scope)
        const { type } = expression.object
        if (object === null || type.kind !== 'record') return null
        const shape = type.fields.get(expression.name)
        return this.#field(object, expression.name, shape?.type ?? expression.type, shape?.optional ?? true)
      }
      case 'ListRead': {
        const list = this.#placeOf(expression.list, scope)
        if (list === null) return null
        this.#read(expression.index, scope, false)
        return this.#elementOf(list)
      }
      default:
        return null
    }
  }

  #header(name: string, type: Type = { kind: 'string' }): ReadNode {
    return this.#field(this.#root('headers', EMPTY_RECORD, false), name, type, true)
  }

  #root(name: string, type: Type, optional: boolean): ReadNode {
    const known = this.roots.get(name) ?? node(type, optional)
    this.roots.set(name, known)
    return known
  }

  #field(object: ReadNode, name: string, type: Type, optional: boolean): ReadNode {
    const known = object.fields.get(name) ?? node(type, optional)
    object.fields.set(name, known)
    return known
  }
}

const EMPTY_RECORD: Type = { kind: 'record', fields: new Map(), open: true }

function node(type: Type, optional: boolean): ReadNode {
  return { type, optional, whole: false, opaque: true, fields: new Map(), element: null }
}
