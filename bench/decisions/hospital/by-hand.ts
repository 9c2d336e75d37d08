import type { CanonicalRequest } from '../../../request/index.ts'
import type { Engine } from '../engine.ts'
import { handEngine } from '../hand-engine.ts'
import { nameTable } from '../name-table.ts'
import { perfectHash } from '../perfect-hash.ts'
import { type Caller, SEALED } from './draw-request.ts'
import { groupOf, HOST, KINDS, ROLES, WRITERS } from './ward.ts'

const DENIED = 0
const PERMITTED = 1
const UNAUTHENTICATED = 2
const IS_SEALED = 4
/** Added to what is decided unless the record is sealed. */
const UNLESS_SEALED = 8

/** By route, what is decided. */
type Session = Uint8Array

/** Roles and documents are settled when somebody logs in; what is left is whether the record is sealed. */
export function openByHand(departments: readonly string[], callers: readonly Caller[]): Engine {
  const sealed = nameTable(SEALED)
  const ofDepartment = perfectHash(departments)
  const { shortest, mask, table, twins } = ofDepartment
  const [p0, p1, p2, p3] = ofDepartment.places
  const [f0, f1, f2, f3] = ofDepartment.factors

  return handEngine({
    sessions: callers.map(login),
    route,
    decide: (session, route, { segments }) => {
      const value = session[route] as number
      return value >= UNLESS_SEALED ? (sealed(segments[2] as string) >= 0 ? IS_SEALED : value - UNLESS_SEALED) : value
    },
    tell: (route, code) => `${nameOf(route)} ${route < 0 ? 'deny: no-route' : TOLD[code]}`,
  })

  function route({ host, method, segments }: CanonicalRequest): number {
    if (segments.length !== 3 || segments[2] === '') return -1
    const department = segments[0] as string
    if (department.length < shortest) return -1
    const slot =
      department.length +
      department.charCodeAt(p0) * f0 +
      department.charCodeAt(p1) * f1 +
      department.charCodeAt(p2) * f2 +
      department.charCodeAt(p3) * f3
    let known = table[slot & mask] as number
    if (departments[known] !== department) {
      known = twins[known] as number
      if (departments[known] !== department) return -1
    }
    const kind = kindOf(segments[1] as string)
    const write = writes(method)
    if (kind < 0 || write < 0 || host !== HOST) return -1
    return known * 8 + kind * 2 + write
  }

  function login(caller: Caller): Session {
    return Uint8Array.from({ length: departments.length * 8 }, (_, route) => {
      if (caller === null) return UNAUTHENTICATED
      const department = departments[route >> 3] as string
      const own = ROLES.filter((role) => caller.claims.groups.includes(groupOf(department, role)))
      const permitted = own.some((role) => (route & 1) === 0 || WRITERS.has(role)) ? PERMITTED : DENIED
      return own.includes('chief') ? permitted : permitted + UNLESS_SEALED
    })
  }

  function nameOf(route: number): string | null {
    const department = departments[route >> 3]
    if (department === undefined) return null
    return `d${department.replace('-', '_')}.${(route & 1) === 0 ? 'read' : 'write'}_${KINDS[(route >> 1) & 3]}`
  }
}

const TOLD: Readonly<Record<number, string>> = {
  [DENIED]: 'deny: default',
  [PERMITTED]: 'permit',
  [UNAUTHENTICATED]: 'unauthenticated',
  [IS_SEALED]: 'deny: The record is sealed.',
}

/** The first character tells which it can be. */
function kindOf(text: string): number {
  const first = text.charCodeAt(0)
  const kind = first === 99 ? 0 : first === 111 ? 1 : first === 105 ? 2 : 3
  return KINDS[kind] === text ? kind : -1
}

/** 0: GET or HEAD; 1: PUT. */
function writes(method: string): number {
  if (method.length !== 3) return method === 'HEAD' ? 0 : -1
  const [a, b, c] = [method.charCodeAt(0), method.charCodeAt(1), method.charCodeAt(2)]
  if (a === 71 && b === 69 && c === 84) return 0
  return a === 80 && b === 85 && c === 84 ? 1 : -1
}
