import type { RouteProgram } from '../../abi/index.ts'

const templates = new WeakMap<object, string>()

/** Returns the path of a route for the attribute `http.route`, such as `/orders/{id}`. */
export function routeTemplate(route: Pick<RouteProgram, 'segments' | 'params'>): string {
  const known = templates.get(route)
  if (known !== undefined) return known
  const open = route.segments.filter(({ kind }) => kind !== 'literal').length
  // Host parameters precede those of the path.
  const names = route.params.slice(route.params.length - open)
  const template = route.segments.map((segment) => `/${segmentTemplate(segment, names)}`).join('')
  templates.set(route, template)
  return template
}

function segmentTemplate(segment: RouteProgram['segments'][number], names: string[]): string {
  switch (segment.kind) {
    case 'literal':
      return segment.text
    case 'param':
      return `${segment.prefix}{${names.shift()}}${segment.suffix}`
    case 'rest':
      return `{${names.shift()}...}`
  }
}
