import type { CallerField, Expr, Present } from '../../compiler/ir/index.ts'
import { FALSE, TRUE } from '../bdd/bdd.ts'
import { type Context, type Meaning, written } from './context.ts'
import type { AccessPath } from './symbolic-domain.ts'
import { accessPathsOf, CERTIFICATE, casesOf, expressionKey } from './values.ts'

/**
 * Returns the set of requests for which a value is present, and the set of those for which it is missing. Requests for which the
 * value's container is unreadable are in neither.
 */
export function presenceMeaning(
  target: Expr,
  context: Context,
): { readonly there: Meaning['yes']; readonly missing: Meaning['no'] } {
  const { world } = context
  const { diagram } = world
  switch (target.kind) {
    case 'Shared':
      return presenceMeaning(target.value, context)
    case 'MapRead': {
      const found = accessPathsOf(target.map, context).flatMap((of) =>
        casesOf(target.key, context).map(({ when, value }) => {
          return { when: diagram.and(of.when, when), has: world.contains(of.value, value) }
        }),
      )
      return {
        there: diagram.any(found.map(({ when, has }) => diagram.and(when, has))),
        missing: diagram.any(found.map(({ when, has }) => diagram.and(when, diagram.not(has)))),
      }
    }
    case 'CallerField':
      return split(claimThere(target, context), context)
    case 'Mtls':
      return split(context.identity?.spiffe ? TRUE : world.present(only(target, context)), context)
    case 'Header':
      return split(world.present(only(target, context)), context)
    case 'Field': {
      const shape = target.object.type.kind === 'record' ? target.object.type.fields.get(target.name) : undefined
      const places = accessPathsOf(target, context).map(({ when, value }) => {
        return { when, is: shape?.optional === false ? TRUE : world.present(value) }
      })
      return {
        there: diagram.any(places.map(({ when, is }) => diagram.and(when, is))),
        missing: diagram.any(places.map(({ when, is }) => diagram.and(when, diagram.not(is)))),
      }
    }
    default: {
      const is = world.opaque({ key: `${expressionKey(target, context)} is there`, ...written(target, context) })
      const errs = target.fails
        ? world.opaque({ key: `${expressionKey(target, context)} errs`, ...written(target, context) })
        : FALSE
      return { there: diagram.and(is, diagram.not(errs)), missing: diagram.and(diagram.not(is), diagram.not(errs)) }
    }
  }
}

export function presentMeaning({ target }: Present, context: Context): Meaning {
  const { there, missing } = presenceMeaning(target, context)
  return { yes: there, no: missing }
}

function split(there: Meaning['yes'], { world }: Context): { there: Meaning['yes']; missing: Meaning['no'] } {
  return { there, missing: world.diagram.not(there) }
}

function only(target: Expr, context: Context): AccessPath {
  const [found] = accessPathsOf(target, context)
  if (found === undefined) throw new Error('what is read at a root has one place')
  return found.value
}

/** Callers lack claims that their identity does not declare; the certificate's fields are present for callers with one. */
function claimThere(target: CallerField, context: Context): Meaning['yes'] {
  const { world, identity } = context
  const claim = identity?.claims.get(target.name)
  if (claim !== undefined) return claim.optional ? world.present(only(target, context)) : TRUE
  return identity?.spiffe && CERTIFICATE.has(target.name) ? TRUE : FALSE
}
