import type { IncomingMessage } from 'node:http'
import { parseAddress } from '../../../request/index.ts'
import type { AdminAnswer, AdminCall, AdminDeps } from './admin-call.ts'
import type { AdminCallers } from './admin-callers.ts'
import { canary, promote, shadow } from './candidate.ts'
import { listData, patchData, putData, showData } from './data.ts'
import { listDecisions } from './decisions.ts'
import openapi from './openapi.json' with { type: 'json' }
import { type AdminProblem, noWorker, problem } from './problem.ts'
import { readJsonBody } from './read-json-body.ts'
import { listRevocations, restore, revoke } from './revocations.ts'
import { refresh, release, rollBack, showRollout } from './rollout.ts'
import { listRoutes } from './routes.ts'

/** The HTTP API for operators, with all paths below `/v1/`. */
export interface AdminApi {
  answer(request: IncomingMessage, path: string): Promise<AdminAnswer | AdminProblem>
}

type Answering = (call: AdminCall, request: IncomingMessage, id: string) => Promise<AdminAnswer | AdminProblem>

interface Route {
  /** A parameter matches one segment of ID characters. */
  readonly path: string
  readonly methods: Readonly<Record<string, Answering>>
}

/** The paths and methods of the API. A test compares them with `openapi.json`. */
export const routes: readonly Route[] = [
  {
    path: '/v1/revocations',
    methods: {
      GET: (call) => listRevocations(call),
      POST: async (call, request) => {
        const read = await readJsonBody(request)
        return 'body' in read ? await revoke(call, read.body) : read
      },
    },
  },
  { path: '/v1/revocations/{id}', methods: { DELETE: (call, _, id) => restore(call, id) } },
  { path: '/v1/rollout', methods: { GET: (call) => showRollout(call) } },
  { path: '/v1/rollout/refresh', methods: { POST: (call) => refresh(call) } },
  { path: '/v1/rollout/release', methods: { POST: (call) => release(call) } },
  { path: '/v1/rollout/rollback', methods: { POST: (call, request) => rollBack(call, request) } },
  { path: '/v1/rollout/shadow', methods: { POST: (call, request) => shadow(call, request) } },
  { path: '/v1/rollout/canary', methods: { POST: (call, request) => canary(call, request) } },
  { path: '/v1/rollout/promote', methods: { POST: (call, request) => promote(call, request) } },
  { path: '/v1/decisions', methods: { GET: (call, request) => listDecisions(call, request) } },
  { path: '/v1/routes', methods: { GET: (call) => listRoutes(call) } },
  {
    path: '/v1/sessions',
    methods: {
      GET: async ({ deps }) => {
        const store = await deps.sessions()
        return store === undefined ? noWorker() : { status: 200, body: { store } }
      },
    },
  },
  { path: '/v1/history', methods: { GET: async ({ deps }) => ({ status: 200, body: await deps.history.shown() }) } },
  { path: '/v1/fleet', methods: { GET: async ({ deps }) => ({ status: 200, body: await deps.fleet() }) } },
  { path: '/v1/data', methods: { GET: (call) => listData(call) } },
  {
    path: '/v1/data/{name}',
    methods: {
      GET: (call, _, name) => showData(call, name),
      PATCH: (call, request, name) => patchData(call, request, name),
      PUT: (call, request, name) => putData(call, request, name),
    },
  },
]

/** Path of the OpenAPI description. It requires no authentication, because it only repeats the documentation. */
export const OPENAPI_PATH = '/v1/openapi.json'

/**
 * Creates the HTTP API for operators.
 *
 * @param callers authenticates requests; `null` disables the API, because no callers are configured
 */
export function createAdminApi(callers: AdminCallers | null, deps: AdminDeps): AdminApi {
  async function answer(request: IncomingMessage, path: string): Promise<AdminAnswer | AdminProblem> {
    if (callers === null) return problem(404, 'no-api', 'the API is disabled: `admin.tokens` or `admin.tls.clientCa` enables it')
    const { method = '' } = request
    if (path === OPENAPI_PATH) return method === 'GET' ? { status: 200, body: openapi } : wrongMethod(['GET'])
    const found = find(path)
    if (found === null) return problem(404, 'not-found', `unknown path; \`${OPENAPI_PATH}\` lists all paths`)
    const { route, id } = found
    const answering = Object.hasOwn(route.methods, method) ? route.methods[method] : undefined
    if (answering === undefined) return wrongMethod(Object.keys(route.methods))
    // Browsers send `Origin` with unsafe requests; other clients do not.
    if (method !== 'GET' && request.headers.origin !== undefined)
      return problem(
        403,
        'origin',
        'requests with the header `Origin` are refused, as they come from web pages: send it with a program such as curl',
      )
    const source = parseAddress(request.socket.remoteAddress ?? '')
    const caller = callers.authenticate(request)
    if ('status' in caller) {
      // A flood of failures must not flood the log.
      if (caller.status === 401 && request.headers.authorization !== undefined)
        deps.log.warn(`a call of the admin API was refused: ${caller.detail}`, { source })
      return caller
    }
    return await answering({ caller, source, deps }, request, id)
  }

  return { answer }
}

function find(path: string): { readonly route: Route; readonly id: string } | null {
  for (const route of routes) {
    const [before = '', parameter] = route.path.split('{')
    if (parameter === undefined) {
      if (path === before) return { route, id: '' }
    } else if (path.startsWith(before) && /^[\w-]{1,64}$/.test(path.slice(before.length))) {
      return { route, id: path.slice(before.length) }
    }
  }
  return null
}

function wrongMethod(methods: readonly string[]): AdminProblem {
  const allow = methods.join(', ')
  return problem(405, 'method', `this path allows only ${allow}`, { allow })
}
