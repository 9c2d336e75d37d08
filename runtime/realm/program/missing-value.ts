/** Error for a value that a record lacks, so that it is never taken for absent. The host reads `needs`. */
export class MissingValue extends Error {
  /** Path of the missing value, such as `body.note`, `data assigned` or `caller`. */
  readonly needs: string

  constructor(needs: string) {
    super(`the record does not hold \`${needs}\``)
    this.needs = needs
  }
}

/** Defines a member that throws `MissingValue` when it is read. */
export function lackingMember(object: object, name: string, needs: string): void {
  Object.defineProperty(object, name, {
    enumerable: true,
    configurable: true,
    get() {
      throw new MissingValue(needs)
    },
  })
}

/** Defines an own member, even one named `__proto__`. */
export function defineMember(object: object, name: string, value: unknown): void {
  Object.defineProperty(object, name, { value, enumerable: true, writable: true, configurable: true })
}
