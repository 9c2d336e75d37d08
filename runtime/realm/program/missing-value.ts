/**
 * Error thrown during a replay if a condition reads a value that the audit record does not hold. Without it, the value would be
 * taken for absent. The host reads `needs`.
 */
export class MissingValue extends Error {
  /** Path of the missing value, such as `body.note`, `data assigned` or `caller`. */
  readonly needs: string

  constructor(needs: string) {
    super(`the record does not hold \`${needs}\``)
    this.needs = needs
  }
}

/** Adds a member to an object that throws `MissingValue` when it is read. `needs` is the path of the missing value. */
export function lackingMember(object: object, name: string, needs: string): void {
  Object.defineProperty(object, name, {
    enumerable: true,
    configurable: true,
    get() {
      throw new MissingValue(needs)
    },
  })
}

/** Adds an own member to an object, even one named `__proto__`. */
export function defineMember(object: object, name: string, value: unknown): void {
  Object.defineProperty(object, name, { value, enumerable: true, writable: true, configurable: true })
}
