import type { RootedPath, Value } from '../symbolic-domain.ts'
import { valueKey } from '../values.ts'

/** Two reads of maps that differ only in their keys. If the keys are equal, both read the same value. */
export interface Alike<T> {
  readonly a: T
  readonly b: T
  /** Pairs of keys at the same position of both paths that are not identical. */
  readonly keys: readonly (readonly [Value, Value])[]
}

export function readAlike<T>(all: Iterable<T>, placeOf: (one: T) => RootedPath | null): readonly Alike<T>[] {
  const byShape = new Map<string, { readonly one: T; readonly keys: readonly Value[] }[]>()
  for (const one of all) {
    const place = placeOf(one)
    if (place === null) continue
    const keys = place.steps.flatMap((step) => ('key' in step ? [step.key] : []))
    if (keys.length === 0) continue
    const shape = shapeOf(place)
    byShape.set(shape, [...(byShape.get(shape) ?? []), { one, keys }])
  }
  return [...byShape.values()].flatMap((group) =>
    group.flatMap((a, at) =>
      group.slice(at + 1).flatMap((b) => {
        const keys = a.keys.map((key, i) => [key, b.keys[i] as Value] as const).filter(([x, y]) => valueKey(x) !== valueKey(y))
        // Two constants are never equal.
        return keys.some(([x, y]) => x.kind === 'constant' && y.kind === 'constant') ? [] : [{ a: a.one, b: b.one, keys }]
      }),
    ),
  )
}

function shapeOf({ root, steps }: RootedPath): string {
  const name = 'name' in root ? `${root.kind} ${root.name}` : root.kind
  return [name, ...steps.map((step) => ('field' in step ? `.${step.field}` : '[]'))].join('')
}
