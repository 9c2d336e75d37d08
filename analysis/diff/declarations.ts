import { boundsOf } from '../../language/checker/expressions/bounds/bounded-type.ts'
import type { Model } from '../../language/checker/model.ts'
import { type FieldShape, showType } from '../../language/checker/types/type.ts'
import { addressOf } from './addresses.ts'
import type { PairedRoutes } from './pair-routes.ts'

/** Declarations that only one of two policies has, or that differ, such as `route orders.read`. */
export interface ChangedDeclarations {
  readonly added: readonly string[]
  readonly removed: readonly string[]
  readonly changed: readonly { readonly what: string; readonly before: string; readonly after: string }[]
}

export function changedDeclarations(before: Model, after: Model, routes: PairedRoutes): ChangedDeclarations {
  const [were, are] = [declarationsOf(before), declarationsOf(after)]
  const moved = routes.matched.filter(
    (pair) => pair.before.name !== pair.after.name || addressOf(pair.before) !== addressOf(pair.after),
  )
  return {
    added: [...are.keys()].filter((what) => !were.has(what)).concat(routes.added.map(({ name }) => `route ${name}`)),
    removed: [...were.keys()].filter((what) => !are.has(what)).concat(routes.removed.map(({ name }) => `route ${name}`)),
    changed: [
      ...[...are].flatMap(([what, text]) => {
        const other = were.get(what)
        return other === undefined || other === text ? [] : [{ what, before: other, after: text }]
      }),
      ...moved.map((pair) => ({
        what: `route ${pair.after.name}`,
        before: routeText(pair.before),
        after: routeText(pair.after),
      })),
    ],
  }
}

function declarationsOf(model: Model): ReadonlyMap<string, string> {
  const { services, identities, roles, data } = model
  return new Map([
    ...services.map(({ name, hosts }) => [`service ${name}`, hosts.map(({ text }) => text).join(', ')] as const),
    ...identities.map((one) => [`identity ${one.name}`, `via ${one.methods.join(', ')} ${fieldsText(one.claims)}`] as const),
    ...roles.map((role) => [`role ${role.name}`, `of ${role.identities.map(({ name }) => name).join(', ')}`] as const),
    ...data.map(({ name, type }) => [`data ${name}`, showType(type)] as const),
    // The decoder limits the size of collections that rules iterate over.
    ['collections of which requests bring a bounded number', boundsOf(model)] as const,
  ])
}

function fieldsText(fields: ReadonlyMap<string, FieldShape>): string {
  const all = [...fields].map(([name, { type, optional, path }]) => {
    const from =
      path.length === 0 || (path.length === 1 && path[0] === name)
        ? ''
        : ` from ${path.map((key) => JSON.stringify(key)).join('.')}`
    return `${name}${optional ? '?' : ''}${from}: ${showType(type)}`
  })
  return `{ ${all.sort().join(', ')} }`
}

function routeText({ name, methods, template }: PairedRoutes['added'][number]): string {
  return `${name} ${methods?.join(', ') ?? 'ANY'} ${JSON.stringify(template)}`
}
