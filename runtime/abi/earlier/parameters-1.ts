import type { DecisionRequest } from '../module.ts'
import { between, firstLabel, rest, segmentInteger } from '../routing/parameters.ts'
import type { ParamValue, RouteProgram1 } from './module-1.ts'

/** What works out the values of a route's parameters, the host's first, of requests that the router has found to fit. */
export function parametersOf({
  params,
  segments: template,
}: Pick<RouteProgram1, 'params' | 'segments'>): (request: Pick<DecisionRequest, 'host' | 'segments'>) => readonly ParamValue[] {
  const readers = template.flatMap((segment, at) => {
    if (segment.kind === 'literal') return []
    if (segment.kind === 'rest') return [(path: readonly string[]) => rest(path, at)]
    const { type, prefix, suffix } = segment
    return [
      (path: readonly string[]) => {
        const text = between(path[at] as string, prefix.length, suffix.length)
        return type === 'int' ? segmentInteger(text) : text
      },
    ]
  })
  const readsHost = params.length > readers.length
  return ({ host, segments }) => {
    const values = readers.map((read) => read(segments))
    return readsHost ? [firstLabel(host), ...values] : values
  }
}
