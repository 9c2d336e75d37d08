import * as build from './build.ts'
import type { Expr } from './expression.ts'

/** The direct children of an expression, in the order of evaluation. */
export function children(expression: Expr): readonly Expr[] {
  switch (expression.kind) {
    case 'Const':
    case 'Absent':
    case 'Param':
    case 'CallerField':
    case 'RoleTest':
    case 'IdentityTest':
    case 'RequestField':
    case 'Header':
    case 'HeaderTest':
      return []
    case 'Field':
      return [expression.object]
    case 'MapRead':
      return [expression.map, expression.key]
    case 'Present':
      return [expression.target]
    case 'Chain':
      return expression.operands.map((operand) => operand.expression)
    case 'Not':
    case 'Negate':
    case 'ChangeCase':
    case 'Size':
      return [expression.operand]
    case 'Conditional':
      return [expression.test, expression.then, expression.otherwise]
    case 'Compare':
    case 'Equal':
    case 'Arithmetic':
    case 'Concat':
      return [expression.left, expression.right]
    case 'In':
      return [expression.element, expression.collection]
    case 'Collect':
      return expression.elements
    case 'TextTest':
      return [expression.text, expression.part]
  }
}

/** The same expression over other children; itself where `map` changes none. */
export function mapChildren(expression: Expr, map: (child: Expr) => Expr): Expr {
  switch (expression.kind) {
    case 'Const':
    case 'Absent':
    case 'Param':
    case 'CallerField':
    case 'RoleTest':
    case 'IdentityTest':
    case 'RequestField':
    case 'Header':
    case 'HeaderTest':
      return expression
    case 'Chain': {
      const operands = expression.operands.map((operand) => ({ ...operand, expression: map(operand.expression) }))
      const same = operands.every((operand, at) => operand.expression === expression.operands[at]?.expression)
      return same ? expression : build.chain(expression.operator, operands)
    }
    default: {
      const before = children(expression)
      const after = before.map(map)
      return after.every((child, at) => child === before[at]) ? expression : withChildren(expression, after)
    }
  }
}

type Plain = Exclude<
  Expr,
  {
    kind:
      | 'Const'
      | 'Absent'
      | 'Param'
      | 'CallerField'
      | 'RoleTest'
      | 'IdentityTest'
      | 'RequestField'
      | 'Header'
      | 'HeaderTest'
      | 'Chain'
  }
>

function withChildren(expression: Plain, after: readonly Expr[]): Expr {
  const [a, b, c] = after as readonly [Expr, Expr, Expr]
  switch (expression.kind) {
    case 'Field':
      return build.field(a, expression.name, expression.type)
    case 'MapRead':
      return build.mapRead(a, b, expression.type)
    case 'Present':
      return build.present(a)
    case 'Not':
      return build.not(a)
    case 'Negate':
      return build.negate(a)
    case 'ChangeCase':
      return build.changeCase(expression.name, a)
    case 'Size':
      return build.size(a)
    case 'Conditional':
      return build.conditional(a, b, c, expression.type)
    case 'Compare':
      return build.compare(expression.operator, a, b)
    case 'Equal':
      return build.equal(a, b)
    case 'Arithmetic':
      return build.arithmetic(expression.operator, a, b)
    case 'Concat':
      return build.concat(a, b, expression.type)
    case 'In':
      return build.within(a, b)
    case 'Collect':
      return build.collect(after, expression.type)
    case 'TextTest':
      return build.textTest(expression.name, a, b)
  }
}
