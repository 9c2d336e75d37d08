import type { Inventory } from './inventory.ts'
import { freeName, nameOf } from './owner-name.ts'
import type { ServiceManifest } from './read-manifests.ts'

/**
 * Adds services deployed in Kubernetes to an inventory. A manifest belongs to the policy's service with its cluster host. If
 * namespace or cluster host are unknown, it belongs to the service with its name.
 */
export function addManifests(inventory: Inventory, file: string, manifests: readonly ServiceManifest[]): void {
  inventory.hasManifests = true
  const { map, services } = inventory
  for (const { name, namespace } of manifests) {
    const hosts =
      namespace === null ? [name] : [`${name}.${namespace}.svc.cluster.local`, `${name}.${namespace}.svc`, `${name}.${namespace}`]
    const own = nameOf(name, 'service')
    const isByName = (others: readonly string[]) => namespace === null || !others.some(isOfCluster)
    const at = [...hosts, name].map((host) => map.servicesAt(host)).find((found) => found.length > 0)
    const named = map.service(own)
    const known = at ?? (named !== null && isByName(named.hosts.map(({ text }) => text)) ? [named] : [])
    for (const service of known) inventory.deployed.add(service)
    if (known.length > 0) continue
    const [host = name] = hosts
    const others = [...services.values()].map(({ owner }) => owner)
    const there =
      others.find((owner) => owner.hosts.some((one) => hosts.includes(one))) ??
      others.find((owner) => owner.service === own && isByName(owner.hosts))
    // Adds the host, so that a service of another namespace is not confused with it.
    if (there !== undefined) inventory.addService(namespace === null ? there : { ...there, hosts: [host] }, [file])
    else inventory.addService({ service: newName(inventory, own, namespace), isKnown: false, hosts: [host] }, [file])
  }
}

function isOfCluster(host: string): boolean {
  return /\.svc(?:\.cluster\.local)?$/.test(host)
}

/** Returns `orders`, or `orders_eu` if that is taken. */
function newName({ map, services }: Inventory, own: string, namespace: string | null): string {
  const isTaken = (name: string) => map.service(name) !== null || services.has(name)
  return isTaken(own) ? freeName(nameOf(`${own}_${namespace ?? ''}`, 'service'), isTaken) : own
}
