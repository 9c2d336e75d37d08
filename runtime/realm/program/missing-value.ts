/**
 * Thrown by what a decision asks for and a record does not hold, so that it is never taken for absent. The host reads `needs`.
 */
export class MissingValue extends Error {
  /** `body.note`, `data assigned`, `caller` */
  readonly needs: string

  constructor(needs: string) {
    super(`the record does not hold \`${needs}\``)
    this.needs = needs
  }
}

/** A member that whoever reads it finds lacking. */
export function lackingMember(object: object, name: string, needs: string): void {
  Object.defineProperty(object, name, {
    enumerable: true,
    configurable: true,
    get() {
      throw new MissingValue(needs)
    },
  })
}

/** Also `__proto__`. */
export function defineMember(object: object, name: string, value: unknown): void {
  Object.defineProperty(object, name, { value, enumerable: true, writable: true, configurable: true })
}
