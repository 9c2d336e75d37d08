import type { Inventory } from './inventory.ts'
import { nameOf } from './owner-name.ts'
import type { ServiceManifest } from './read-manifests.ts'

/** Services that are deployed: one of the policy is it by a host that the cluster gives it, or by its name. */
export function addManifests(inventory: Inventory, file: string, manifests: readonly ServiceManifest[]): void {
  inventory.hasManifests = true
  for (const { name, namespace } of manifests) {
    const hosts =
      namespace === null ? [name] : [`${name}.${namespace}.svc.cluster.local`, `${name}.${namespace}.svc`, `${name}.${namespace}`]
    const own = nameOf(name, 'service')
    const at = [...hosts, name].map((host) => inventory.map.servicesAt(host)).find((services) => services.length > 0)
    const services = at ?? [inventory.map.service(own)].filter((one) => one !== null)
    for (const service of services) inventory.deployed.add(service)
    if (services.length > 0) continue
    const [host = name] = hosts
    const there = [...inventory.services.values()].find(
      ({ owner }) => owner.service === own || owner.hosts.some((one) => hosts.includes(one)),
    )
    inventory.addService(there?.owner ?? { service: own, isKnown: false, hosts: [host] }, [file])
  }
}
