/** Which routes `on` and `except` name. */
import { unknownRoute } from '../../diagnostics/catalogue/names.ts'
import { noRoutes } from '../../diagnostics/catalogue/policy.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { renameTo, report } from '../../diagnostics/report.ts'
import { nearest } from '../../diagnostics/suggest.ts'
import type { File, InvariantDeclaration, RuleDeclaration, Target } from '../../syntax/ast.ts'
import type { Route } from '../model.ts'
import type { NamedRoutes } from '../routes/named-routes.ts'
import type { Scope } from '../scope.ts'

type Targeting = RuleDeclaration | InvariantDeclaration

export interface Targets {
  /** Sorted by index; null where a mistake that was reported keeps it from being known. */
  routesOf(declaration: Targeting, file: File): readonly Route[] | null
}

/**
 * Many rules name the same routes: for those that do it in the same words it is one list, and so is what is worked out for it.
 */
export function createTargets(scope: Scope, named: NamedRoutes, diagnostics: Diagnostic[]): Targets {
  const known = new Map<string, readonly Route[]>()
  return {
    routesOf: (declaration, file) => {
      const { on, except } = declaration
      // What one target names is one list already.
      if (on.length === 1 && except.length === 0) return findRoutes(declaration, file, scope, named, diagnostics)
      const key = `${on.map(keyOf).join()} ${except.map(keyOf).join()}`
      // Names are one thing to all files, but not every file may use them.
      const before = known.get(key)
      if (before !== undefined && areVisible(on, file, scope) && areVisible(except, file, scope)) return before
      const routes = findRoutes(declaration, file, scope, named, diagnostics)
      if (routes !== null) known.set(key, routes)
      return routes
    },
  }
}

function keyOf(target: Target): string {
  switch (target.kind) {
    case 'AllTarget':
      return '*'
    case 'LabelTarget':
      return `label ${target.label.text}`
    case 'ServiceTarget':
      return `${target.service.text}.*`
    case 'RouteTarget':
      return `${target.service.text}.${target.route.text}`
  }
}

function areVisible(targets: readonly Target[], file: File, scope: Scope): boolean {
  return targets.every((target) => isVisible(target, file, scope))
}

function isVisible(target: Target, file: File, scope: Scope): boolean {
  if (target.kind === 'AllTarget') return true
  const [name, kind] =
    target.kind === 'LabelTarget'
      ? ([target.label.text, 'LabelDeclaration'] as const)
      : ([target.service.text, 'ServiceDeclaration'] as const)
  return scope.find(file, name)?.kind === kind
}

function findRoutes(
  declaration: Targeting,
  file: File,
  scope: Scope,
  named: NamedRoutes,
  diagnostics: Diagnostic[],
): readonly Route[] | null {
  const listed = (targets: readonly Target[]): readonly Route[] | null => {
    const [only] = targets
    if (only === undefined) return []
    if (targets.length === 1) return targetRoutes(only, file, scope, named, diagnostics)
    const each = targets.map((target) => targetRoutes(target, file, scope, named, diagnostics))
    const known = each.filter((routes) => routes !== null)
    if (known.length < each.length) return null
    return [...new Set(known.flat())].sort((a, b) => a.index - b.index)
  }
  const on = listed(declaration.on)
  const except = listed(declaration.except)
  if (on === null || except === null) return null
  const taken = new Set(except)
  const routes = taken.size === 0 ? on : on.filter((route) => !taken.has(route))
  if (routes.length > 0) return routes
  diagnostics.push(report(noRoutes, declaration.name.span, { rule: declaration.name.text }))
  return null
}

function targetRoutes(
  target: Target,
  file: File,
  scope: Scope,
  named: NamedRoutes,
  diagnostics: Diagnostic[],
): readonly Route[] | null {
  switch (target.kind) {
    case 'AllTarget':
      return named.all
    case 'LabelTarget': {
      const found = scope.resolve(file, target.label, ['LabelDeclaration'])
      return found === null ? null : named.label(found)
    }
    case 'ServiceTarget': {
      const found = scope.resolve(file, target.service, ['ServiceDeclaration'])
      return found === null ? null : named.service(found)
    }
    case 'RouteTarget': {
      const found = scope.resolve(file, target.service, ['ServiceDeclaration'])
      if (found === null) return null
      const { text, span } = target.route
      const routes = named.route(found, text)
      if (routes !== undefined) return routes
      // One of this name could not be read, or one of which the name could not.
      const isBroken = (name: string) => scope.isBroken(scope.fileOf(found), `${found.name.text}.${name}`)
      if (isBroken(text) || isBroken('')) return null
      const names = named.namesOf(found)
      // A service whose braces were lost.
      if (names.length === 0 && named.service(found) === null) return null
      const suggestion = nearest(text, names)
      const related = [{ message: 'the service is declared here', span: found.name.span }]
      const fixes = renameTo(suggestion, span)
      diagnostics.push(report(unknownRoute, span, { service: found.name.text, route: text, suggestion }, related, fixes))
      return null
    }
  }
}
