import type { Segment } from '../../language/index.ts'

interface Node<Value> {
  readonly literals: Map<string, Node<Value>>
  /** Any parameter. */
  param: Node<Value> | null
  /** Values whose template ends here. */
  readonly here: Value[]
  /** Values whose rest begins here. */
  readonly rest: Value[]
}

/**
 * Index of values by path template. Finds those whose templates may cover a given path or template; the caller must check each
 * result.
 */
export class TemplateIndex<Value> {
  readonly #root: Node<Value> = made()

  add(template: readonly Segment[], value: Value): void {
    let node = this.#root
    for (const segment of template) {
      if (segment.kind === 'rest') return void node.rest.push(value)
      node = segment.kind === 'literal' ? within(node.literals, segment.text) : ofParameter(node)
    }
    node.here.push(value)
  }

  /**
   * Returns the values whose templates may cover the given one.
   *
   * @param template a template, or the segments of a path as literals
   */
  candidates(template: readonly Segment[]): readonly Value[] {
    const found: (readonly Value[])[] = []
    let nodes: readonly Node<Value>[] = [this.#root]
    for (const segment of template) {
      found.push(...nodes.map(({ rest }) => rest))
      nodes = nodes.flatMap((node) => below(node, segment))
      if (nodes.length === 0) break
    }
    return [...found, ...nodes.flatMap(({ here, rest }) => [here, rest])].flat()
  }
}

/** A parameter covers a literal, not vice versa; only a rest covers a rest. */
function below<Value>({ literals, param }: Node<Value>, segment: Segment): readonly Node<Value>[] {
  if (segment.kind === 'rest') return []
  const same = segment.kind === 'literal' ? literals.get(segment.text) : undefined
  return [same, param].filter((node) => node !== undefined && node !== null)
}

function within<Value>(nodes: Map<string, Node<Value>>, text: string): Node<Value> {
  const node = nodes.get(text) ?? made<Value>()
  nodes.set(text, node)
  return node
}

function ofParameter<Value>(node: Node<Value>): Node<Value> {
  node.param ??= made<Value>()
  return node.param
}

function made<Value>(): Node<Value> {
  return { literals: new Map(), param: null, here: [], rest: [] }
}
