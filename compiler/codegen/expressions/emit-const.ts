import { type Const, type Expr, LONG_TEXT } from '../../ir/index.ts'
import { type Code, joinCode, js, literal } from '../code.ts'
import { emitArray } from '../emit-object.ts'
import { type ModuleScope, text } from '../module-scope.ts'
import { atom, LEVEL, type Term, term } from './term.ts'

export function emitConst({ value }: Const, module: ModuleScope): Term {
  if (value === null) return atom(js`null`)
  if (typeof value === 'string') return atom(text(value, module, LONG_TEXT))
  if (typeof value === 'boolean') return atom(value ? js`true` : js`false`)
  return term(js`${value}`, value < 0 || Object.is(value, -0) ? LEVEL.unary : LEVEL.atom)
}

/**
 * Emits a literal without variable parts: a scalar in place, a list, set or map as a constant of the module. Returns null for
 * other expressions.
 */
export function emitConstant(expression: Expr, module: ModuleScope): Code | null {
  switch (expression.kind) {
    case 'Const':
      return emitConst(expression, module).code
    case 'Collect': {
      const elements = all(expression.elements, module)
      if (elements === null) return null
      const list = js`[${joinCode(elements, ', ')}]`
      return expression.type.kind === 'set' ? module.constant('set', js`abi.setOf(${list})`) : module.constant('list', list)
    }
    case 'CollectMap': {
      const values = all(
        expression.entries.map(({ value }) => value),
        module,
      )
      return (
        values &&
        module.constant(
          'table',
          emitMap(
            expression.entries.map(({ key }) => key),
            values,
          ),
        )
      )
    }
    default:
      return null
  }
}

export function emitMap(keys: readonly string[], values: readonly Code[]): Code {
  return js`new Map(${emitArray(keys.map((key, at) => js`[${literal(key)}, ${values[at] as Code}]`))})`
}

function all(expressions: readonly Expr[], module: ModuleScope): readonly Code[] | null {
  const codes: Code[] = []
  for (const expression of expressions) {
    const code = emitConstant(expression, module)
    if (code === null) return null
    codes.push(code)
  }
  return codes
}
