/**
 * The code of a policy module with a look at every value that an expression of it has, and at everything that it calls. What is looked at is not told apart by
 * names: `$look` and `$call` know all intrinsics.
 */
import { type AnyNode, parse } from 'acorn'

export function instrument(code: string): string {
  const program = parse(code, { ecmaVersion: 'latest', allowReturnOutsideFunction: true })
  const write = (node: AnyNode): string => {
    let result = ''
    let at = node.start
    for (const { child, isValue } of childrenOf(node)) {
      result += code.slice(at, child.start) + (isValue ? looked(child) : write(child))
      at = child.end
    }
    return result + code.slice(at, node.end)
  }
  const looked = (node: AnyNode): string => {
    switch (node.type) {
      case 'CallExpression': {
        const { callee, arguments: given } = node
        const words = given.map((one) => looked(one as AnyNode))
        if (callee.type === 'MemberExpression' && !(callee.object.type === 'Identifier' && callee.object.name === 'abi'))
          return `$call(${[looked(callee.object as AnyNode), `'${code.slice(callee.property.start, callee.property.end)}'`, ...words].join(', ')})`
        // What stood in parentheses, a node does not say.
        const called =
          callee.type === 'Identifier' || callee.type === 'MemberExpression' ? write(callee) : `(${write(callee as AnyNode)})`
        const call = `${called}(${words.join(', ')})`
        return MAKES_FUNCTIONS.test(call) ? call : `$look(${call})`
      }
      case 'MemberExpression':
        return node.object.type === 'Identifier' && node.object.name === 'abi' ? write(node) : `$look(${write(node)})`
      default:
        return write(node)
    }
  }
  return program.body.map((one) => write(one)).join('\n')
}

/** Helpers that give a function, or what holds one: the check lets them stand only where no code of the module has what they give. */
const MAKES_FUNCTIONS = /^abi\.(?:tracing|table|tabled|decoder|reading|query|policy)\(/

interface Child {
  readonly child: AnyNode
  readonly isValue: boolean
}

/** In the order in which they stand. */
function childrenOf(node: AnyNode): readonly Child[] {
  const children: Child[] = []
  for (const [key, value] of Object.entries(node)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (typeof one !== 'object' || one === null || !('type' in one)) continue
      const isName =
        key === 'id' || key === 'params' || key === 'key' || (key === 'property' && !(node as { computed?: boolean }).computed)
      const isTarget = key === 'left' && (node.type === 'AssignmentExpression' || node.type === 'ForOfStatement')
      if (node.type === 'Property' && node.shorthand && key === 'value') continue
      children.push({ child: one as AnyNode, isValue: !isName && !isTarget && node.type !== 'VariableDeclaration' })
    }
  }
  return children.sort((a, b) => a.child.start - b.child.start)
}
