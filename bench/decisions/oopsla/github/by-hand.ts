import type { CanonicalRequest } from '../../../../request/index.ts'
import type { Engine } from '../../engine.ts'
import { handEngine } from '../../hand-engine.ts'
import { nameTable } from '../../name-table.ts'
import { closureOf, type Entity, entitiesOf, hierarchyOf, idOf } from '../entity.ts'
import { GRANTS, GRANTS_OF_OWNER } from './draw-entities.ts'
import { HOST } from './write-policy.ts'

const ROUTES = ['read', 'triage', 'write', 'maintain', 'admin'] as const
const READ = 0
const TRIAGE = 1
const WRITE = 2
const MAINTAIN = 3
const ADMIN = 4

/** By route, which grants suffice, as bits of `GRANTS` and `GRANTS_OF_OWNER`. */
const SUFFICIENT = [0b11111, 0b11110, 0b11100, 0b11000, 0b10000] as const
const SUFFICIENT_OF_OWNER = [0b111, 0b110, 0b110, 0b100, 0b100] as const

/** Of somebody who has logged in: what is granted, by the number of the repository and of the organization. */
interface Session {
  readonly grants: Uint8Array
  readonly grantsOfOwner: Uint8Array
}

export function openByHand(entities: readonly Entity[], users: readonly string[]): Engine {
  const above = closureOf(hierarchyOf(entities, ['User', 'Team', 'Organization']))
  const all = entitiesOf(entities, 'Repository')
  const owners = entitiesOf(entities, 'Organization')
  const ownerNumbers = new Map(owners.map(({ uid }, number) => [uid.id, number]))
  const repositoryNumber = nameTable(all.map(({ uid }) => uid.id))
  const ownerOf = Int32Array.from(all, (one) => ownerNumbers.get(idOf(one, 'owner')) as number)
  return handEngine({ sessions: users.map(login), route, decide, tell })

  function login(id: string): Session {
    const held = above.get(id) as ReadonlySet<string>
    const bits = (one: Entity, grants: readonly string[]) =>
      grants.reduce((mask, grant, at) => (held.has(idOf(one, grant)) ? mask | (1 << at) : mask), 0)
    return {
      grants: Uint8Array.from(all, (one) => bits(one, GRANTS)),
      grantsOfOwner: Uint8Array.from(owners, (one) => bits(one, GRANTS_OF_OWNER)),
    }
  }

  function decide({ grants, grantsOfOwner }: Session, route: number, { segments }: CanonicalRequest): number {
    const number = repositoryNumber(segments[1] as string)
    if (number < 0) return 0
    const owner = ownerOf[number] as number
    const granted = (grants[number] as number) & (SUFFICIENT[route] as number)
    return (granted | ((grantsOfOwner[owner] as number) & (SUFFICIENT_OF_OWNER[route] as number))) === 0 ? 0 : 1
  }
}

function tell(route: number, decision: number): string {
  if (route < 0) return 'null deny: no-route'
  return `github.${ROUTES[route]} ${decision === 1 ? 'permit' : 'deny: default'}`
}

function route({ host, method, segments }: CanonicalRequest): number {
  if (segments[0] !== 'repos' || segments[1] === '' || host !== HOST) return -1
  if (segments.length === 3) {
    if (method !== 'POST') return -1
    return segments[2] === 'labels' ? TRIAGE : segments[2] === 'commits' ? WRITE : -1
  }
  if (segments.length !== 2) return -1
  switch (method) {
    case 'GET':
    case 'HEAD':
      return READ
    case 'PATCH':
      return MAINTAIN
    case 'DELETE':
      return ADMIN
    default:
      return -1
  }
}
