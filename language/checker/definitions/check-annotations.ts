/** Checks the annotations `@was("old")` and `@deprecated("use x")`: their names, arguments and places. */
import { unknownAnnotation } from '../../diagnostics/catalogue/names.ts'
import { annotationPlace, emptyAnnotation, formerName, standsTwice, wasInUse } from '../../diagnostics/catalogue/policy.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { renameTo, report } from '../../diagnostics/report.ts'
import { nearest } from '../../diagnostics/suggest.ts'
import type { Span } from '../../source.ts'
import type { Annotation, Declaration, OperationDeclaration, RouteDeclaration } from '../../syntax/ast.ts'
import { ofFile } from '../of-file.ts'
import { isNamed, type Scope } from '../scope.ts'

export type Annotated = Declaration | RouteDeclaration | OperationDeclaration

/** Returns the text of a declaration's `@deprecated`, or null. */
export function deprecationOf({ annotations }: Pick<Annotated, 'annotations'>): string | null {
  return annotations.find(({ name }) => name.text === 'deprecated')?.argument.value ?? null
}

/** Former names of rules → current names, for tests that still use the old ones. */
export type Renamings = ReadonlyMap<string, string>

const NAMES = ['was', 'deprecated']
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

/** Declarations that are never used by name, so a deprecation would have no effect. */
const NEVER_USED: ReadonlyMap<Annotated['kind'], string> = new Map<Annotated['kind'], string>([
  ['RuleDeclaration', 'a rule'],
  ['InvariantDeclaration', 'an invariant'],
  ['TestDeclaration', 'a test'],
  ['PropertyDeclaration', 'a test'],
])

export function checkAnnotations(scope: Scope, diagnostics: Diagnostic[]): Renamings {
  const check = new AnnotationCheck(scope, diagnostics)
  for (const file of scope.files) {
    if (!hasAnnotations(file)) continue
    for (const declaration of file.declarations) {
      check.declaration(declaration)
      if (declaration.kind !== 'ServiceDeclaration') continue
      for (const route of declaration.routes) check.part(route, declaration.name.text)
      for (const operation of declaration.operations) check.part(operation, declaration.name.text)
    }
  }
  return check.renamings
}

const hasAnnotations = ofFile(({ declarations }) =>
  declarations.some(
    (one) =>
      one.annotations.length > 0 ||
      (one.kind === 'ServiceDeclaration' && [...one.routes, ...one.operations].some(({ annotations }) => annotations.length > 0)),
  ),
)

class AnnotationCheck {
  readonly renamings = new Map<string, string>()
  private readonly scope: Scope
  private readonly diagnostics: Diagnostic[]
  /** Former names (a route's with its service), and the places that declare them. */
  private readonly former = new Map<string, Span>()
  private current: ReadonlyMap<string, Span> | null = null

  constructor(scope: Scope, diagnostics: Diagnostic[]) {
    this.scope = scope
    this.diagnostics = diagnostics
  }

  declaration(declaration: Declaration): void {
    if (declaration.annotations.length === 0) return
    for (const annotation of this.known(declaration)) {
      if (!isNamed(declaration)) this.place(annotation, 'a test')
      else if (annotation.name.text === 'was' && this.was(annotation, '') && declaration.kind === 'RuleDeclaration')
        this.renamings.set(annotation.argument.value, declaration.name.text)
    }
  }

  part(part: RouteDeclaration | OperationDeclaration, service: string): void {
    for (const annotation of this.known(part)) {
      if (annotation.name.text !== 'was') continue
      if (part.kind === 'OperationDeclaration') this.place(annotation, 'an operation, whose name is in its document')
      else this.was(annotation, `${service}.`)
    }
  }

  /** Returns the annotations that are valid here; reports the others. */
  private known(annotated: Annotated): Annotation[] {
    const seen = new Set<string>()
    return annotated.annotations.filter((annotation) => {
      const { name, argument } = annotation
      if (!NAMES.includes(name.text)) {
        const suggestion = nearest(name.text, NAMES)
        const fixes = renameTo(suggestion, name.span)
        this.diagnostics.push(report(unknownAnnotation, name.span, { name: name.text, suggestion }, [], fixes))
        return false
      }
      if (argument.value.trim() === '') {
        this.diagnostics.push(report(emptyAnnotation, argument.span, { name: name.text }))
        return false
      }
      if (name.text === 'was' && !NAME.test(argument.value)) {
        this.diagnostics.push(report(formerName, argument.span, { text: argument.value }))
        return false
      }
      if (name.text !== 'deprecated') return true
      // A declaration may have several former names, but only one deprecation.
      if (seen.has(name.text)) this.diagnostics.push(report(standsTwice, name.span, { name: `@${name.text}` }))
      seen.add(name.text)
      const unused = NEVER_USED.get(annotated.kind)
      if (unused !== undefined) this.place(annotation, unused)
      return unused === undefined
    })
  }

  private place({ name }: Annotation, before: string): void {
    this.diagnostics.push(report(annotationPlace, name.span, { name: name.text, before }))
  }

  /** Checks that a former name is not in use. */
  private was({ argument }: Annotation, prefix: string): boolean {
    this.current ??= currentNames(this.scope)
    const name = prefix + argument.value
    const taken = this.current.get(name) ?? this.former.get(name)
    this.former.set(name, argument.span)
    if (taken === undefined) return true
    const related = [{ message: 'here', span: taken }]
    this.diagnostics.push(report(wasInUse, argument.span, { name: argument.value }, related))
    return false
  }
}

function currentNames(scope: Scope): Map<string, Span> {
  const names = new Map<string, Span>()
  for (const declaration of scope.declarations) {
    names.set(declaration.name.text, declaration.name.span)
    if (declaration.kind !== 'ServiceDeclaration') continue
    for (const { name } of declaration.routes) names.set(`${declaration.name.text}.${name.text}`, name.span)
  }
  return names
}
