/** Resolves the routes of `on` and `except`. */
import { unknownRoute } from '../../diagnostics/catalogue/names.ts'
import { noRoutes } from '../../diagnostics/catalogue/policy.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { renameTo, report } from '../../diagnostics/report.ts'
import { nearest } from '../../diagnostics/suggest.ts'
import type { File, InvariantDeclaration, PropertyDeclaration, RuleDeclaration, Target } from '../../syntax/ast.ts'
import type { Route } from '../model.ts'
import { ALL_NEW, type Results } from '../results.ts'
import type { NamedRoutes } from '../routes/named-routes.ts'
import type { Scope } from '../scope.ts'

/** A declaration that says by `on` and `except` which routes it concerns. */
export type Targeting = RuleDeclaration | InvariantDeclaration | PropertyDeclaration

export interface Targets {
  /** Returns the routes that a declaration targets, sorted by index; null if a reported mistake hides them. */
  routesOf(declaration: Targeting, file: File): readonly Route[] | null
}

/** Returns a resolver of targets. Targets in the same words give the same list object, so rules share results for a list. */
export function createTargets(scope: Scope, named: NamedRoutes, diagnostics: Diagnostic[], results: Results = ALL_NEW): Targets {
  const known = new Map<string, readonly Route[]>()
  return {
    routesOf: (declaration, file) => {
      const { on, except } = declaration
      // A single target is already one shared list.
      if (on.length === 1 && except.length === 0) return findRoutes(declaration, file, scope, named, diagnostics)
      const key = `${on.map(keyOf).join()} ${except.map(keyOf).join()}`
      // Names mean the same in all files, but a file may use only those that it sees.
      const before = known.get(key)
      if (before !== undefined && areVisible(on, file, scope) && areVisible(except, file, scope)) return before
      const found = findRoutes(declaration, file, scope, named, diagnostics)
      if (found === null) return null
      const routes = results.list(key, found)
      known.set(key, routes)
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
  diagnostics.push(
    report(noRoutes, declaration.name.span, {
      rule: declaration.kind === 'PropertyDeclaration' ? declaration.name.value : declaration.name.text,
    }),
  )
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
      // A route of this name, or one with an unreadable name, failed to parse.
      const isBroken = (name: string) => scope.isBroken(scope.fileOf(found), `${found.name.text}.${name}`)
      if (isBroken(text) || isBroken('')) return null
      const names = named.namesOf(found)
      // The service's braces were unreadable.
      if (names.length === 0 && named.service(found) === null) return null
      const suggestion = nearest(text, names)
      const related = [{ message: 'the service is declared here', span: found.name.span }]
      const fixes = renameTo(suggestion, span)
      diagnostics.push(report(unknownRoute, span, { service: found.name.text, route: text, suggestion }, related, fixes))
      return null
    }
  }
}
