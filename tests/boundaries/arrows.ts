/**
 * The one table of what may import what (`ARCHITECTURE.md`). A box is a folder; a file belongs to the longest that its path begins with.
 * Inside a box everything may import everything.
 */
export interface Box {
  /** Boxes that it may import from. */
  readonly from: readonly string[]
  /** Packages that it may import; with `node:` where it may use Node's modules. */
  readonly packages: readonly string[]
}

/** For those who may import whatever the proxy is made of. */
const RUNTIME = [
  'runtime/realm/program',
  'runtime/base',
  'runtime/realm',
  'runtime/policy',
  'runtime/tls',
  'runtime/identity',
  'runtime/telemetry',
  'runtime/proxy',
  'runtime/server',
  'runtime/server/config',
  'runtime',
]

export const boxes: Readonly<Record<string, Box>> = {
  language: { from: [], packages: ['chevrotain', 're2js', 'yaml'] },
  request: { from: [], packages: [] },
  // Generators for the tests of others; nothing that is shipped may import it.
  'request/testing': { from: ['request'], packages: ['fast-check'] },
  'runtime/abi': { from: [], packages: ['acorn', 're2js'] },
  compiler: { from: ['language', 'runtime/abi', 'compiler/testing'], packages: ['@jridgewell/sourcemap-codec', 're2js'] },
  'compiler/testing': { from: ['language', 'runtime/abi', 'request', 'compiler'], packages: [] },
  'compiler/bundle': {
    from: ['language', 'runtime/abi', 'compiler', 'compiler/testing'],
    packages: ['node:', 'ajv', 'fflate', 'modern-tar'],
  },
  // Statements about all requests at once: of what the compiler lowers, and never of what it emits.
  analysis: { from: ['language', 'runtime/abi', 'request', 'compiler', 'compiler/testing'], packages: ['re2js'] },
  // What runs in a realm beside the code of a bundle: it has nothing of the host.
  'runtime/realm/program': { from: ['request', 'runtime/abi'], packages: ['re2js'] },
  // What a proxy is made of, from below: each may import those above it in this list, and no other.
  'runtime/base': { from: ['request', 'runtime/abi'], packages: ['node:', '@redis/client', 'undici', 'yaml'] },
  'runtime/realm': { from: ['request', 'runtime/abi', 'runtime/realm/program'], packages: ['node:'] },
  'runtime/policy': {
    from: ['request', 'runtime/abi', 'runtime/realm/program', 'runtime/base', 'runtime/realm'],
    packages: ['node:', '@jridgewell/sourcemap-codec'],
  },
  'runtime/tls': { from: ['request', 'runtime/base'], packages: ['node:'] },
  'runtime/identity': {
    from: ['request', 'runtime/abi', 'runtime/base', 'runtime/realm', 'runtime/policy', 'runtime/tls'],
    packages: ['node:', '@node-saml/node-saml', 'openid-client'],
  },
  'runtime/telemetry': {
    from: [
      'request',
      'runtime/abi',
      'runtime/realm/program',
      'runtime/base',
      'runtime/realm',
      'runtime/policy',
      'runtime/tls',
      'runtime/identity',
    ],
    packages: ['node:', '@opentelemetry/otlp-transformer', 'prom-client', 'undici'],
  },
  'runtime/proxy': {
    from: [
      'request',
      'runtime/abi',
      'runtime/realm/program',
      'runtime/base',
      'runtime/realm',
      'runtime/policy',
      'runtime/tls',
      'runtime/identity',
      'runtime/telemetry',
      'runtime/proxy/checks/ext-authz/service',
    ],
    packages: ['node:', 'undici'],
  },
  // Loaded only for listeners that speak gRPC, from a file of its own.
  'runtime/proxy/checks/ext-authz/service': { from: ['runtime/base'], packages: ['node:', 'protobufjs'] },
  'runtime/server': {
    from: ['request', 'runtime/abi', ...RUNTIME.filter((name) => name !== 'runtime')],
    packages: ['node:', 'prom-client', 'rfc6902', 'undici'],
  },
  // The configuration file: of the packages below it the types of what it configures. `load-config.ts` alone knows Node.
  'runtime/server/config': {
    from: [
      ...['request', 'runtime/abi', 'runtime/base', 'runtime/policy', 'runtime/tls', 'runtime/identity'],
      ...['runtime/telemetry', 'runtime/proxy'],
    ],
    packages: ['node:'],
  },
  // The program, and what the packages give to others.
  runtime: { from: ['runtime/base', 'runtime/server'], packages: ['node:'] },
  // Runs in the browser of a person whose request is refused.
  'runtime/proxy/pages/page': { from: [], packages: [] },
  // Runs in a browser: all that it knows it asks the API.
  'runtime/server/dashboard/page': { from: [], packages: [] },
  // A project of policies: what `iap` and the package for other programs have in common. It writes nothing.
  'compiler/project': {
    from: [
      'compiler/project/explain',
      'language',
      'request',
      'compiler',
      'compiler/testing',
      'compiler/bundle',
      'analysis',
      // What a test covers, whether an invariant is broken and why a decision is what it is, the plain meaning tells.
      'interpreter',
      'runtime/abi',
      'runtime/base',
      'runtime/policy',
    ],
    packages: ['node:'],
  },
  // The explanation of a decision as text: for editors too, so it knows nothing of Node.
  'compiler/project/explain': {
    from: ['language', 'request', 'interpreter', 'runtime/abi', 'runtime/policy'],
    packages: [],
  },
  cli: {
    from: [
      'language',
      'request',
      'compiler',
      'compiler/testing',
      'compiler/bundle',
      'compiler/project',
      'analysis',
      'runtime/abi',
      ...RUNTIME,
      'interpreter',
      'language-server/stdio',
    ],
    packages: ['node:', 'chokidar', 'jose', 'oidc-provider', 'yaml'],
  },
  // Runs in the browser of whoever reads the page that `iap matrix` writes.
  'analysis/matrix/page/script': { from: [], packages: [] },
  // What other programs import. The one cannot compile; the other does what `iap build` does, by the same functions.
  'sdk/runtime': { from: ['runtime/abi', 'runtime/base', 'runtime/policy'], packages: [] },
  'sdk/compiler': { from: ['compiler/bundle', 'compiler/project', 'runtime/abi'], packages: ['node:'] },
  // What services import: what the proxy knows of JWTs and of keys that are fetched, and nothing of policies.
  'sdk/verify': { from: ['runtime/base', 'runtime/identity'], packages: [] },
  interpreter: { from: ['language', 'request'], packages: ['re2js'] },
  // The same model for editors, on any connection; `stdio` alone knows Node.
  'language-server': {
    // Of the runtime the reader of the configuration, which needs no Node.
    from: [
      ...['language', 'request', 'compiler', 'compiler/testing', 'compiler/project/explain', 'analysis', 'interpreter'],
      ...['runtime/abi', 'runtime/base', 'runtime/server/config'],
    ],
    packages: [
      'yaml',
      'vscode-languageserver',
      'vscode-languageserver-protocol',
      'vscode-languageserver-textdocument',
      'vscode-languageserver-types',
    ],
  },
  'language-server/worker': { from: ['language-server'], packages: ['vscode-languageserver'] },
  'language-server/stdio': { from: ['language-server'], packages: ['node:', 'vscode-languageserver'] },
  // All that the extension knows of policies it asks the language server and `iap`.
  'editors/vscode': { from: [], packages: ['node:', 'vscode', 'vscode-languageclient'] },
  // All that the page knows of policies it asks the language server; of that it has the types of what it answers.
  playground: {
    from: ['language-server', 'playground/share'],
    packages: [
      ...['@codemirror/autocomplete', '@codemirror/commands', '@codemirror/language', '@codemirror/lint'],
      ...['@codemirror/lsp-client', '@codemirror/state', '@codemirror/view', '@lezer/highlight'],
    ],
  },
  // Links that hold a project: for the page, and for scripts that write links.
  'playground/share': { from: [], packages: ['fflate'] },
  // What the site is made of, without VitePress, which is installed for the site alone.
  'site/source': { from: ['playground/share'], packages: ['node:'] },
  // CEL's suites against the front end and both meanings.
  'spec/cel': { from: ['language', 'compiler', 'runtime/abi', 'interpreter'], packages: ['@bufbuild/cel-spec'] },
  // Sees both meanings; nothing that is shipped may import it.
  'spec/differential': {
    from: [
      'language',
      'request',
      'compiler',
      'compiler/testing',
      'compiler/bundle',
      'analysis',
      'runtime/abi',
      ...RUNTIME,
      'interpreter',
      'spec/differential/solver/translation',
    ],
    packages: ['node:', 'fast-check', 'z3-solver'],
  },
  // Tells z3 what policies mean: knows the IR and nothing of how proofs are made.
  'spec/differential/solver/translation': { from: ['language', 'compiler'], packages: [] },
  // Measures what is shipped; nothing that is shipped may import it.
  bench: {
    from: [
      'language',
      'request',
      'compiler',
      'interpreter',
      'compiler/bundle',
      'compiler/project',
      'analysis',
      'runtime/abi',
      ...RUNTIME,
      // What a check costs without a decision.
      'runtime/proxy/checks/ext-authz/service',
      'cli',
      'language-server/stdio',
      // What z3 takes for what a proof takes.
      'spec/differential',
      'spec/differential/solver/translation',
    ],
    packages: [
      // Asks how much memory Redis uses.
      '@redis/client',
      'node:',
      '@grpc/grpc-js',
      'esbuild',
      'jose',
      'undici',
      'vscode-languageserver-protocol',
    ],
  },
}

/** The box of a file, by its path from the root; null for what is in none: tests, scripts, examples. */
export function boxOf(path: string): string | null {
  const holding = Object.keys(boxes).filter((box) => path.startsWith(`${box}/`))
  return holding.sort((a, b) => b.length - a.length)[0] ?? null
}
