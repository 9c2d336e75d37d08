/** Engines that ours is compared with, and what each needs. */
interface Peer {
  /** How it is made available: from npm, or built from `go/` or `rust/`. */
  readonly needs: readonly Installation[]
  /** Which of the jobs it takes. */
  readonly job: 'cedar' | 'rego' | 'plain'
  /** Whether it makes a difference that there are entities beside those of a slice. */
  readonly graphsAlone?: true
  readonly is: string
}

export type Installation = 'npm' | 'go' | 'rust'

export const PEERS = {
  'cedar-wasm': {
    needs: ['npm'],
    job: 'cedar',
    is: '@cedar-policy/cedar-wasm, prepared policies, just those entities that matter',
  },
  'cedar-wasm-all': { needs: ['npm'], job: 'cedar', graphsAlone: true, is: 'the same with all entities' },
  'cedar-rust': { needs: ['rust'], job: 'cedar', is: "Cedar's own Rust library, all entities prepared" },
  'opa-go': { needs: ['go'], job: 'rego', is: 'OPA by its Go library, prepared query; rules in Rego, graphs as data' },
  'opa-wasm': { needs: ['npm', 'go'], job: 'rego', is: 'OPA as WebAssembly in Node; rules and graphs as data' },
  'cel-js': { needs: ['npm'], job: 'plain', is: '@marcbachmann/cel-js, an expression a route' },
  'bufbuild-cel': { needs: ['npm'], job: 'plain', is: '@bufbuild/cel, an expression a route' },
  casbin: { needs: ['npm'], job: 'plain', is: 'casbin, a row a rule' },
  casl: { needs: ['npm'], job: 'plain', is: '@casl/ability, an ability kept for each caller' },
} as const satisfies Readonly<Record<string, Peer>>

export type PeerName = keyof typeof PEERS

export function peersFor({ graphs }: { readonly graphs: boolean }): readonly PeerName[] {
  return (Object.keys(PEERS) as PeerName[]).filter((name) => {
    const { job, graphsAlone }: Peer = PEERS[name]
    return graphs ? job !== 'plain' : graphsAlone !== true
  })
}
