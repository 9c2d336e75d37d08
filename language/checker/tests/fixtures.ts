/** The fixtures of a policy set, and the parts of their requests and of tests. Each is checked once. */
import { placeholderAlone } from '../../diagnostics/catalogue/names.ts'
import { report } from '../../diagnostics/report.ts'
import type { File, FixtureDeclaration, JsonObject, Name, TestDeclaration } from '../../syntax/ast.ts'
import { visit } from '../../syntax/children.ts'
import type { Identity } from '../model.ts'
import { checkClaims } from './check-claims.ts'
import { checkParts, type TestWorld } from './check-parts.ts'
import type { GivenFixture } from './combine-fixtures.ts'
import { type RequestValues, readValues } from './request-values.ts'

export class Fixtures {
  private readonly world: TestWorld
  private readonly files: ReadonlyMap<string, File>
  private readonly known = new Map<FixtureDeclaration, RequestValues | null>()
  private readonly given = new Set<FixtureDeclaration>()
  private readonly identities = new Map<Name, Identity | undefined>()

  constructor(world: TestWorld) {
    this.world = world
    this.files = new Map(world.scope.files.map((file) => [file.span.source.name, file]))
    for (const one of world.scope.declarations) if (one.kind === 'FixtureDeclaration') this.known.set(one, this.checked(one))
  }

  /** Returns the fixture that a test or one of its rows names; null if a mistake was reported. */
  named(name: Name): GivenFixture | null {
    const found = this.world.scope.resolve(this.fileOf(name), name, ['FixtureDeclaration'])
    if (found !== null) this.given.add(found)
    const parts = found && (this.known.get(found) ?? null)
    return parts && { name: name.text, span: name.span, parts }
  }

  /** Returns a test's own parts; null if a mistake was reported. */
  partsOf(test: TestDeclaration): RequestValues | null {
    return this.read(test)
  }

  /** Returns the identity of a caller; undefined if a mistake was reported. */
  identityOf(name: Name): Identity | undefined {
    if (!this.identities.has(name)) {
      const found = this.world.scope.resolve(this.fileOf(name), name, ['IdentityDeclaration'])
      this.identities.set(name, found === null ? undefined : this.world.identities.get(found))
    }
    return this.identities.get(name)
  }

  /** Checks the claims of the fixtures that no test has named. A test checks those it is given, unless it expects `reject`. */
  checkUnnamed(): void {
    // Text that names one may have been unreadable.
    if (this.world.scope.lackingRules) return
    for (const [fixture, parts] of this.known) {
      const caller = parts?.caller ?? null
      if (this.given.has(fixture) || caller === null || caller === 'anonymous') continue
      // A fixture with a placeholder has no parts.
      const identity = this.identityOf(caller.identity as Name)
      if (identity !== undefined) this.world.diagnostics.push(...checkClaims(caller.claims as JsonObject, identity, () => null))
    }
  }

  private checked(fixture: FixtureDeclaration): RequestValues | null {
    const { diagnostics } = this.world
    const before = diagnostics.length
    visit(fixture, (node) => {
      if (node.kind === 'Placeholder') diagnostics.push(report(placeholderAlone, node.span, { name: node.name }))
      return true
    })
    const parts = this.read(fixture)
    return diagnostics.length > before ? null : parts
  }

  private read(declaration: FixtureDeclaration | TestDeclaration): RequestValues | null {
    const { scope, documents, diagnostics } = this.world
    const file = scope.fileOf(declaration)
    const parts = readValues(declaration, file, documents, diagnostics)
    if (parts === null) return null
    checkParts(parts, file, this.world)
    const { caller } = parts
    if (caller !== null && caller !== 'anonymous' && caller.identity.kind === 'Name') this.identityOf(caller.identity)
    return parts
  }

  private fileOf({ span }: Name): File {
    return this.files.get(span.source.name) as File
  }
}
