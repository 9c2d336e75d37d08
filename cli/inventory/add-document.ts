import { basename } from 'node:path'
import { type Outline, type OutlinedOperation, type Route, routeName, type ServiceModel } from '../../language/index.ts'
import type { Inventory } from './inventory.ts'
import type { Owner } from './operation.ts'
import { nameAtHost, nameOf } from './owner-name.ts'

/**
 * Adds the operations of an OpenAPI document to an inventory.
 *
 * @param service the service of the operations; null to derive it from the document's servers, or from its name
 */
export function addDocument(inventory: Inventory, file: string, service: string | null, outline: Outline): void {
  const services = servicesOf(inventory, file, service, outline)
  const [first] = services
  const owner: Owner =
    first === undefined
      ? { service: service ?? inventory.newName(newName(file, outline)), isKnown: false, hosts: outline.hosts }
      : { service: first.name, isKnown: true, hosts: [] }
  for (const one of services) inventory.documented.add(one)
  if (!owner.isKnown) inventory.addService(owner, [file])
  const known: (readonly [Route, OutlinedOperation])[] = []
  for (const operation of outline.operations) {
    const { methods, template, segments, id, summary, tags, names, security, body } = operation
    const hints = { tags, names, ...security }
    const route = inventory.map.routeFor(services, methods[0] as string, segments, true)
    if (route === null) {
      const asked = { requests: 0, callers: new Map<string, number>(), sources: new Set([file]) }
      inventory.add({ owner, methods, template, segments, name: id, summary, body: body(), hints, ...asked })
      continue
    }
    known.push([route, operation])
    const seen = inventory.seen(route)
    seen.documents.add(file)
    seen.hints ??= hints
  }
  callByIds(inventory, file, known)
}

/** If most routes have their operation's id as name, one that does not was renamed; otherwise the policy has its own names. */
function callByIds(inventory: Inventory, file: string, known: readonly (readonly [Route, OutlinedOperation])[]): void {
  const called = ({ service }: Route, { id, methods, template }: OutlinedOperation) =>
    id === null ? null : `${service.name}.${routeName(id, methods[0] as string, template)}`
  const isCalled = ([route, operation]: readonly [Route, OutlinedOperation]) => route.name === called(route, operation)
  if (known.filter(isCalled).length * 2 < known.length) return
  for (const [route, operation] of known) {
    const name = called(route, operation)
    if (name !== null) inventory.callOtherwise(route, name, file)
  }
}

function servicesOf({ map }: Inventory, file: string, given: string | null, { hosts, title }: Outline): readonly ServiceModel[] {
  if (given !== null) return [map.service(given)].filter((one) => one !== null)
  const [host] = hosts.filter((one) => map.servicesAt(one).length > 0)
  if (host !== undefined) return map.servicesAt(host)
  const named = map.service(stemOf(file)) ?? (title === null ? null : map.service(nameOf(title, 'service').toLowerCase()))
  return named === null ? [] : [named]
}

function newName(file: string, { hosts, title }: Outline): string {
  const [host] = hosts
  return host !== undefined ? nameAtHost(host) : title !== null ? nameOf(title, 'service').toLowerCase() : stemOf(file)
}

/** `orders` of `api/orders.openapi.yaml` */
function stemOf(file: string): string {
  return nameOf(basename(file).replace(/\..*$/s, ''), 'service').toLowerCase()
}
