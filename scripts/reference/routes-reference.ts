import { table, wrap } from './markdown.ts'

/** The part of OpenAPI 3.1 that the document of the admin API has. */
export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly responses: Readonly<Record<string, Response>> }
}

interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly responses: Readonly<Record<string, Response>>
}

interface Response {
  readonly $ref?: string
  readonly description?: string
}

const METHODS = ['get', 'put', 'post', 'patch', 'delete']

/** Returns a section for each route of the admin API, with its responses. */
export function routesReference({ paths, components }: OpenApi): string {
  return Object.entries(paths)
    .flatMap(([path, item]) =>
      METHODS.flatMap((method) => {
        const operation = item[method]
        return operation === undefined ? [] : [sectionOf(`${method.toUpperCase()} ${path}`, operation)]
      }),
    )
    .join('\n\n')

  function sectionOf(name: string, { summary, responses }: Operation): string {
    const rows = Object.entries(responses).map(([status, response]) => [status, descriptionOf(response)])
    return [`## \`${name}\``, wrap(summary), table(['status', 'when'], rows)].join('\n\n')
  }

  function descriptionOf({ $ref, description }: Response): string {
    return description ?? components.responses[$ref?.split('/').at(-1) ?? '']?.description ?? ''
  }
}
