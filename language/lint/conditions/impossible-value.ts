import { showExpression } from '../../checker/expressions/show-expression.ts'
import type { Model, Route } from '../../checker/model.ts'
import { impossibleValue as entry } from '../../diagnostics/catalogue/lint.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { report } from '../../diagnostics/report.ts'
import type { Binary, Call, Expression, StringLiteral } from '../../syntax/ast.ts'
import { walkExpressions } from '../../syntax/children.ts'
import { conjunctionsOf } from '../facts/conditions.ts'
import { type Range, rangeOf, type Texts, textsOf } from '../facts/values.ts'
import type { LintRule } from '../lint-rule.ts'

/** Reports comparisons with impossible values: a thirteenth month, a capital in a lower-cased text, a method of no route. */
export const impossibleValue: LintRule = {
  entry,
  byDefault: true,
  *check(project, notify) {
    for (const { clauses, routes } of conjunctionsOf(project)) {
      yield
      const check = new ValueCheck(project.model, routes, notify)
      for (const { expression } of clauses) walkExpressions(expression, (part) => check.part(part))
    }
  },
}

const SWAPPED: Readonly<Record<string, string>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=', '==': '==', '!=': '!=' }
const PARTS: ReadonlySet<string> = new Set(['startsWith', 'endsWith', 'contains'])

class ValueCheck {
  private readonly model: Model
  private readonly routes: readonly Route[] | null
  private readonly notify: (diagnostic: Diagnostic) => void

  constructor(model: Model, routes: readonly Route[] | null, notify: (diagnostic: Diagnostic) => void) {
    this.model = model
    this.routes = routes
    this.notify = notify
  }

  part(part: Expression): void {
    if (part.kind === 'Binary') this.compared(part)
    else if (part.kind === 'Call' && part.receiver !== null && PARTS.has(part.name.text)) this.partOfText(part, part.receiver)
  }

  private compared(binary: Binary): void {
    const { operator, left, right } = binary
    if (operator === 'in') {
      if (right.kind === 'ListLiteral') for (const element of right.elements) this.element(left, element)
      return
    }
    const swapped = SWAPPED[operator]
    if (swapped === undefined) return
    if (isConstant(left)) this.comparison(binary, right, swapped, left)
    else this.comparison(binary, left, operator, right)
  }

  private comparison(binary: Binary, value: Expression, operator: string, constant: Expression): void {
    if (constant.kind === 'IntLiteral') {
      const range = rangeOf(value, this.model)
      const truth = range === null ? null : truthOf(operator, range, constant.value)
      if (range !== null && truth !== null) this.report(binary, value, range.is, `so this is always \`${truth}\``)
    } else if (constant.kind === 'StringLiteral' && (operator === '==' || operator === '!=')) {
      const texts = this.textsWithout(value, constant, 'whole')
      if (texts !== null) this.report(binary, value, texts.is, `so this is always \`${operator === '!='}\``)
    }
  }

  private element(value: Expression, element: Expression): void {
    if (element.kind === 'IntLiteral') {
      const range = rangeOf(value, this.model)
      if (range !== null && truthOf('==', range, element.value) === false)
        this.report(element, value, range.is, `so it is never \`${element.value}\``)
    } else if (element.kind === 'StringLiteral') {
      const texts = this.textsWithout(value, element, 'whole')
      if (texts !== null) this.report(element, value, texts.is, 'so it never equals this value')
    }
  }

  private partOfText(call: Call, value: Expression): void {
    const [constant] = call.arguments
    if (constant?.kind !== 'StringLiteral') return
    const texts = this.textsWithout(value, constant, 'part')
    if (texts !== null) this.report(call, value, texts.is, 'so this is always `false`')
  }

  /** Returns the possible texts of a value if this is none of them, or a part of none. */
  private textsWithout(value: Expression, { value: text }: StringLiteral, as: 'whole' | 'part'): Texts | null {
    const texts = textsOf(value, this.model, this.routes)
    if (texts === null) return null
    return texts.lacks.test(text) || (as === 'whole' && texts.among !== null && !texts.among.includes(text)) ? texts : null
  }

  private report(node: Expression, value: Expression, is: string, so: string): void {
    this.notify(report(entry, node.span, { value: showExpression(value).replaceAll('`', "'"), is, so }))
  }
}

function isConstant(expression: Expression): boolean {
  return expression.kind === 'IntLiteral' || expression.kind === 'StringLiteral'
}

/** What a comparison of a number in a range with a constant always is; null where it is now this, now that. */
function truthOf(operator: string, { from, to }: Range, constant: number): boolean | null {
  switch (operator) {
    case '==':
      return constant < from || constant > to ? false : null
    case '!=':
      return constant < from || constant > to ? true : null
    case '<':
      return to < constant ? true : from >= constant ? false : null
    case '<=':
      return to <= constant ? true : from > constant ? false : null
    case '>':
      return from > constant ? true : to <= constant ? false : null
    default:
      return from >= constant ? true : to < constant ? false : null
  }
}
