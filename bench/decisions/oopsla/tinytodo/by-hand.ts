import type { CanonicalRequest } from '../../../../request/index.ts'
import type { Engine } from '../../engine.ts'
import { handEngine } from '../../hand-engine.ts'
import { nameTable } from '../../name-table.ts'
import { closureOf, type Entity, entitiesOf, hierarchyOf, idOf } from '../entity.ts'
import { HOST } from './write-policy.ts'

/** In the order of `ROUTES`; the first two ask nothing. */
const CREATE_LIST = 0
const GET_LISTS = 1
const GET_LIST = 2
const UPDATE_LIST = 3
const DELETE_LIST = 4
const EDIT_SHARES = 5
const CREATE_TASK = 6
const UPDATE_TASK = 7
const DELETE_TASK = 8
const ROUTES = [
  'create_list',
  'get_lists',
  'get_list',
  'update_list',
  'delete_list',
  'edit_shares',
  'create_task',
  'update_task',
  'delete_task',
] as const

interface List {
  readonly owner: number
  readonly readers: number
  readonly editors: number
}

/** Of somebody who has logged in. */
interface Session {
  readonly number: number
  /** By number, 1 where they are in the team, directly or not. */
  readonly teams: Uint8Array
}

export function openByHand(entities: readonly Entity[], users: readonly string[]): Engine {
  const above = closureOf(hierarchyOf(entities, ['User', 'Team']))
  const teams = entitiesOf(entities, 'Team').map(({ uid }) => uid.id)
  const all = entitiesOf(entities, 'List')
  const listNumber = nameTable(all.map(({ uid }) => uid.id))
  const lists = all.map(
    (list): List => ({
      owner: users.indexOf(idOf(list, 'owner')),
      readers: teams.indexOf(idOf(list, 'readers')),
      editors: teams.indexOf(idOf(list, 'editors')),
    }),
  )
  return handEngine({ sessions: users.map(login), route, decide, tell })

  function login(id: string, number: number): Session {
    const all = above.get(id) as ReadonlySet<string>
    return { number, teams: Uint8Array.from(teams, (team) => (all.has(team) ? 1 : 0)) }
  }

  function decide(session: Session, route: number, { segments }: CanonicalRequest): number {
    if (route < GET_LIST) return 1
    const at = listNumber(segments[1] as string)
    if (at < 0) return 0
    const list = lists[at] as List
    if (list.owner === session.number) return 1
    if (route === DELETE_LIST || route === EDIT_SHARES) return 0
    const asEditor = session.teams[list.editors] as number
    return route === GET_LIST ? asEditor | (session.teams[list.readers] as number) : asEditor
  }
}

function tell(route: number, decision: number): string {
  if (route < 0) return 'null deny: no-route'
  return `todo.${ROUTES[route]} ${decision === 1 ? 'permit' : 'deny: default'}`
}

function route({ host, method, segments }: CanonicalRequest): number {
  if (segments[0] !== 'lists' || segments[1] === '' || host !== HOST) return -1
  switch (segments.length) {
    case 1:
      return isGet(method) ? GET_LISTS : method === 'POST' ? CREATE_LIST : -1
    case 2:
      return isGet(method) ? GET_LIST : method === 'PUT' ? UPDATE_LIST : method === 'DELETE' ? DELETE_LIST : -1
    case 3:
      if (method === 'POST') return segments[2] === 'tasks' ? CREATE_TASK : -1
      return method === 'PUT' && segments[2] === 'shares' ? EDIT_SHARES : -1
    case 4:
      if (segments[2] !== 'tasks' || segments[3] === '') return -1
      return method === 'PUT' ? UPDATE_TASK : method === 'DELETE' ? DELETE_TASK : -1
    default:
      return -1
  }
}

function isGet(method: string): boolean {
  return method === 'GET' || method === 'HEAD'
}
