import { isString, type Type } from '../../language/semantics/types/type.ts'
import { below, entry, equal, position, present } from '../ir/build.ts'
import {
  type Data,
  type DatumIr,
  type Expr,
  freeVariables,
  type LinkIr,
  mapChildren,
  type PolicyIr,
  type Position,
  type Quantifier,
  type Step,
} from '../ir/index.ts'
import { KindFinder } from './kind-finder.ts'
import { mapPrograms, type Pass } from './pass.ts'

/**
 * In `decide`, what names in data and of callers mean in data is found before: where the text of a field stands among the keys of a map, or the
 * names of a hierarchy, is known when the data are there, or the caller is. `exists(x, h.within(a, x))` is one question about all of them. Keeps,
 * for every request, the value of every expression and whether it errs, as a position means what its text does, and only what cannot err is
 * asked for so. A field that is not there has no position, and is asked for no sooner than before. Texts that are both linked to one datum are compared
 * by their positions.
 */
export const linkNames: Pass = {
  name: 'link-names',
  rewrite: null,
  local: null,
  run: (policy) => {
    if (policy.data.length === 0) return policy
    const linking = new Linking()
    const linked = mapSteps(policy, (test) => linking.link(test))
    const comparing = new Map<Expr, Expr>()
    return linking.onto(mapSteps(linked, (test) => linking.compare(test, comparing)))
  },
}

/** The tests of `decide`, rewritten. */
function mapSteps(policy: PolicyIr, map: (test: Expr) => Expr): PolicyIr {
  const mapStep = (step: Step): Step => {
    const [test, open] = [map(step.test), step.open && map(step.open)]
    return test === step.test && open === step.open ? step : { ...step, test, open }
  }
  return mapPrograms(policy, (program) => {
    const decide = program.decide.map(mapStep)
    return decide.every((step, at) => step === program.decide[at]) ? program : { ...program, decide }
  })
}

class Linking {
  readonly #rewritten = new Map<Expr, Expr>()
  readonly #finder = new KindFinder('MapRead', 'In', 'Call')
  readonly #equals = new KindFinder('Equal')
  /** What is linked to. */
  readonly #data = new Map<string, Data>()
  readonly #ofEntries = new Map<string, LinkIr[]>()
  readonly #ofCallers: LinkIr[] = []

  /** Of a test that was linked: texts of which the caller's is linked to some datum anyway, for the other one to be, too. */
  compare(expression: Expr, done: Map<Expr, Expr>): Expr {
    if (this.#ofCallers.length === 0 || !this.#equals.isIn(expression)) return expression
    const known = done.get(expression)
    if (known !== undefined) return known
    const inside = mapChildren(expression, (child) => this.compare(child, done))
    const after = inside.kind === 'Equal' ? this.#compared(inside.left, inside.right) : null
    done.set(expression, after ?? inside)
    return after ?? inside
  }

  #compared(left: Expr, right: Expr): Expr | null {
    const [own, other] = left.kind === 'CallerField' ? [left, right] : [right, left]
    if (own.kind !== 'CallerField' || other.kind !== 'Field' || !isString(own.type) || !isString(other.type)) return null
    const link = sorted(this.#ofCallers).find(({ field }) => field === own.name)
    const datum = link && this.#data.get(link.datum)
    const at = datum && this.#linked(datum, other)
    return datum && at ? equal(position(datum, own, true), at) : null
  }

  /** The policy with what is to be found before. */
  onto(policy: PolicyIr): PolicyIr {
    const data = policy.data.map((datum): DatumIr => {
      const links = this.#ofEntries.get(datum.name)
      return links === undefined ? datum : { ...datum, links: sorted(links) }
    })
    return { ...policy, data, ...(this.#ofCallers.length > 0 && { callerLinks: sorted(this.#ofCallers) }) }
  }

  link(expression: Expr): Expr {
    if (!this.#finder.isIn(expression)) return expression
    const known = this.#rewritten.get(expression)
    if (known !== undefined) return known
    const after =
      (expression.kind === 'Quantifier' && this.#exists(expression)) ||
      this.#rewrite(mapChildren(expression, (child) => this.link(child)))
    this.#rewritten.set(expression, after)
    return after
  }

  #rewrite(expression: Expr): Expr {
    if (expression.fails) return expression
    switch (expression.kind) {
      case 'MapRead': {
        const { map, key } = expression
        const at = this.#linked(map, key)
        return at === null ? expression : entry(map, at)
      }
      case 'In': {
        const { element, collection } = expression
        const at = collection.type.kind === 'map' ? this.#linked(collection, element) : null
        return at === null ? expression : present(entry(collection, at))
      }
      case 'Call': {
        if (expression.id !== 'hierarchy.within') return expression
        const [hierarchy, name, ancestor] = expression.operands as [Expr, Expr, Expr]
        const [at, above] = [this.#linked(hierarchy, name), this.#linked(hierarchy, ancestor)]
        if (at === null && above === null) return expression
        return below(hierarchy, at ?? position(hierarchy, name, false), above ?? position(hierarchy, ancestor, false))
      }
      default:
        return expression
    }
  }

  /** Of all elements of a field at once. */
  #exists({ quantifier, range, variable, test }: Quantifier): Expr | null {
    if (quantifier !== 'exists' || range.fails || test.kind !== 'Call' || test.id !== 'hierarchy.within') return null
    const [hierarchy, name, ancestor] = test.operands as [Expr, Expr, Expr]
    if (ancestor.kind !== 'Variable' || ancestor.variable !== variable) return null
    if (hierarchy.kind !== 'Data' || name.fails || freeVariables(name).has(variable)) return null
    const all = this.#linked(hierarchy, this.link(range))
    if (all === null) return null
    const own = this.link(name)
    return below(hierarchy, this.#linked(hierarchy, own) ?? position(hierarchy, own, false), all)
  }

  /** The position of a text that can be found before; null of any other. */
  #linked(datum: Expr, text: Expr): Position | null {
    if (datum.kind !== 'Data' || !isOfTexts(text.type)) return null
    if (text.kind === 'CallerField') note(this.#ofCallers, text.name, datum.name)
    else {
      const map = text.kind === 'Field' ? mapOf(text.object) : null
      if (text.kind !== 'Field' || map === null) return null
      const links = this.#ofEntries.get(map) ?? []
      this.#ofEntries.set(map, links)
      note(links, text.name, datum.name)
    }
    this.#data.set(datum.name, datum)
    return position(datum, text, true)
  }
}

/** Of which datum something is an entry. */
function mapOf(expression: Expr): string | null {
  if (expression.kind !== 'MapRead' && expression.kind !== 'Entry') return null
  const { map } = expression
  return map.kind === 'Data' ? map.name : null
}

function isOfTexts(type: Type): boolean {
  return isString(type) || ((type.kind === 'list' || type.kind === 'set') && isString(type.element))
}

function note(links: LinkIr[], field: string, datum: string): void {
  if (!links.some((link) => link.field === field && link.datum === datum)) links.push({ field, datum })
}

function sorted(links: readonly LinkIr[]): readonly LinkIr[] {
  const text = ({ field, datum }: LinkIr) => `${field} ${datum}`
  return [...links].sort((one, other) => (text(one) < text(other) ? -1 : 1))
}
