import { type In, Malformed, type Out, uuidTime } from './bytes.ts'

/*
 * Packed values stand in columns: of several objects first what one field is in each, then the next field. What is alike
 * stands together, which compresses best, and each column says in its own way what its values have in common: a number
 * how far it is from the one before, an id where it stood before.
 *
 * `form` is what the fingerprint of a version tells of a column: two with the same form write the same bytes.
 */
export interface Column<Value> {
  readonly form: unknown
  /** `owners` are the objects whose values these are. Throws `Malformed` for what has no place in the form. */
  write(values: readonly Value[], out: Out, owners: readonly object[]): void
  /** Of `owners` what the fields before this one are is known. Throws `Malformed` for what is not of the form. */
  read(count: number, from: In, owners: readonly object[]): Value[]
}

/** A field that most objects have not, or have at the same value: a bit says which, and only these stand in its column. */
export interface Sparse<Value> {
  readonly isSparse: true
  readonly form: unknown
  isAbsent(value: Value | undefined): boolean
  /** What it is where it is absent; undefined is left out. */
  absent(): Value | undefined
  readonly column: Column<Value>
}

type Field<Value> = Column<Value> | Sparse<Value>

/** Every field of an object, in the order in which they stand. */
export type Fields<Value> = { readonly [Name in keyof Value]-?: Field<Exclude<Value[Name], undefined>> }

function toExact(value: number): number {
  if (!Number.isSafeInteger(value)) throw new Malformed('a number too great to be exact')
  return value
}

/** Numbers that have nothing to do with each other. */
export const anyNumber: Column<number> = {
  form: 'number',
  write: (values, out) => values.forEach(out.number),
  read: (count, from) => repeat(count, from.number),
}

/** Each number as what lies between it and the one before. */
export const nearNumber: Column<number> = {
  form: 'near number',
  write(values, out) {
    let last = 0
    for (const value of values) {
      out.signed(value - last)
      last = value
    }
  },
  read(count, from) {
    let last = 0
    return repeat(count, () => (last = toExact(last + from.signed())))
  },
}

/** Each number as what lies between it and another field of its object, which stands before it. */
export function after(field: string): Column<number> {
  return {
    form: ['after', field],
    write: (values, out, owners) =>
      values.forEach((value, index) => out.signed(value - numberIn(owners[index], field))),
    read: (count, from, owners) => repeat(count, (index) => toExact(numberIn(owners[index], field) + from.signed())),
  }
}

function numberIn(owner: object | undefined, field: string): number {
  const value: unknown = owner === undefined ? undefined : Reflect.get(owner, field)
  if (typeof value !== 'number') throw new Malformed(`${field} is no number`)
  return value
}

/** UUIDs of one kind: one that stood here before, in whichever column, by its place. */
export function idOf(name: string): Column<string> {
  return {
    form: ['id', name],
    write(values, out) {
      const fresh = values.filter((id) => {
        const place = out.find(name, id)
        out.number(place)
        return place === 0
      })
      writeIds(fresh, out, () => undefined)
    },
    read(count, from) {
      const places = repeat(count, from.number)
      const fresh = readIds(places.filter((place) => place === 0).length, from, () => undefined)
      let next = 0
      return places.map((place) => {
        if (place > 0) return from.get(name, place)
        const id = fresh[next++] ?? ''
        from.note(name, id)
        return id
      })
    },
  }
}

/** The id that an object has for itself, which did not stand here before; most were made when a field of it says. */
export function ownId(name: string, madeAt: string): Column<string> {
  return {
    form: ['own id', name, madeAt],
    write(values, out, owners) {
      for (const id of values) out.find(name, id)
      writeIds(values, out, (index) => numberIn(owners[index], madeAt))
    },
    read(count, from, owners) {
      const ids = readIds(count, from, (index) => numberIn(owners[index], madeAt))
      for (const id of ids) from.note(name, id)
      return ids
    },
  }
}

function writeIds(ids: readonly string[], out: Out, expect: (index: number) => number | undefined): void {
  let last = 0
  for (const [index, id] of ids.entries()) {
    const time = uuidTime(id)
    out.signed(time - (expect(index) ?? last))
    last = time
  }
  ids.forEach(out.uuidTail)
}

function readIds(count: number, from: In, expect: (index: number) => number | undefined): string[] {
  let last = 0
  const times = repeat(count, (index) => (last = (expect(index) ?? last) + from.signed()))
  return times.map(from.uuid)
}

/** Texts, all together: how long each is in UTF-16 code units but for the last, and then their UTF-8. */
export const text: Column<string> = {
  form: 'text',
  write(values, out) {
    if (values.length === 0) return
    for (const value of values.slice(0, -1)) out.number(value.length)
    out.text(values.join(''))
  },
  read(count, from) {
    if (count === 0) return []
    const lengths = repeat(count - 1, from.number)
    const together = from.text()
    let at = 0
    const values = lengths.map((length) => together.slice(at, (at += length)))
    if (at > together.length) throw new Malformed('a text that ends too early')
    return [...values, together.slice(at)]
  },
}

/** One of a few values, by its place among them. */
export function choice<Value extends string | boolean>(values: readonly Value[]): Column<Value> {
  return {
    form: ['choice', values],
    write(chosen, out) {
      for (const one of chosen) {
        if (!values.includes(one)) throw new Malformed(`the value ${one}`)
        out.number(values.indexOf(one))
      }
    },
    read: (count, from) =>
      repeat(count, () => {
        const value = values[from.number()]
        if (value === undefined) throw new Malformed('a value that is none of those there are')
        return value
      }),
  }
}

export const flag = choice([false, true])

/** Lists: how long each is, and then all that is in them. */
export function list<Item>(items: Column<Item>): Column<Item[]> {
  return {
    form: ['list', items.form],
    write(values, out, owners) {
      for (const value of values) out.number(value.length)
      items.write(values.flat(), out, ownersOf(values, owners))
    },
    read(count, from, owners) {
      let total = 0
      const lengths = repeat(count, () => {
        const length = from.count(total)
        total += length
        return length
      })
      const all = lengths.flatMap((length, index) => Array.from({ length }, () => owners[index] ?? {}))
      const found = items.read(all.length, from, all)
      let at = 0
      return lengths.map((length) => found.slice(at, (at += length)))
    },
  }
}

function ownersOf(values: readonly (readonly unknown[])[], owners: readonly object[]): object[] {
  return values.flatMap((value, index) => value.map(() => owners[index] ?? {}))
}

/** What may be null: whether each is there, and those that are. */
export function nullable<Value>(column: Column<Value>): Column<Value | null> {
  return {
    form: ['nullable', column.form],
    write(values, out, owners) {
      flag.write(
        values.map((value) => value !== null),
        out,
        owners,
      )
      const isThere = (_: unknown, index: number) => values[index] !== null
      column.write(
        values.filter((value) => value !== null),
        out,
        owners.filter(isThere),
      )
    },
    read(count, from, owners) {
      const there = flag.read(count, from, owners)
      const within = owners.filter((_, index) => there[index])
      const values = column.read(within.length, from, within)
      let next = 0
      return there.map((isThere) => (isThere ? (values[next++] ?? null) : null))
    },
  }
}

/** Left out where there is none. */
export function optional<Value>(column: Column<Value>): Sparse<Value> {
  return {
    ...{ isSparse: true, form: ['optional', column.form], column },
    isAbsent: (value) => value === undefined,
    absent: () => undefined,
  }
}

/** Null where there is none. */
export function orNull<Value>(column: Column<Value>): Sparse<Value | null> {
  return {
    ...{ isSparse: true, form: ['or null', column.form], column: notNull(column) },
    isAbsent: (value) => value === null || value === undefined,
    absent: () => null,
  }
}

function notNull<Value>(column: Column<Value>): Column<Value | null> {
  return {
    ...column,
    write: (values, out, owners) =>
      column.write(
        values.filter((value) => value !== null),
        out,
        owners,
      ),
  }
}

/** An empty list where there is nothing. */
export function orNone<Item>(items: Column<Item>): Sparse<Item[]> {
  return {
    ...{ isSparse: true, form: ['or none', items.form], column: list(items) },
    isAbsent: (value) => value === undefined || value.length === 0,
    absent: () => [],
  }
}

/** A text that is empty in most. */
export const orEmpty: Sparse<string> = {
  ...{ isSparse: true, form: 'or empty', column: text },
  isAbsent: (value) => value === undefined || value === '',
  absent: () => '',
}

/** A number that is 0 in most. */
export function orZero(column: Column<number>): Sparse<number> {
  return {
    ...{ isSparse: true, form: ['or zero', column.form], column },
    isAbsent: (value) => value === undefined || value === 0,
    absent: () => 0,
  }
}

const TRUE: Column<boolean> = {
  form: 'true',
  write: () => undefined,
  read: (count) => Array<boolean>(count).fill(true),
}

/** True or not, in a bit. */
export const orFalse: Sparse<boolean> = {
  ...{ isSparse: true, form: 'or false', column: TRUE },
  isAbsent: (value) => value !== true,
  absent: () => false,
}

/** Objects: for each a bit for every sparse field, and then field by field, in the order of the table. */
export function group<Value extends object>(fields: Fields<Value>): Column<Value> {
  const all = Object.entries(fields as unknown as Readonly<Record<string, Field<never>>>).map(([name, field]) =>
    toPart(name, field),
  )
  const sparse = all.filter(({ bit }) => bit > 0)
  sparse.forEach((part, index) => (part.bit = 2 ** index))
  return {
    form: ['group', all.map(({ name, form }) => [name, form])],
    write(values, out) {
      if (sparse.length > 0) for (const value of values) out.number(toBits(sparse, value))
      for (const { name, column, isAbsent } of all) {
        const owners = values.filter((value) => !isAbsent(Reflect.get(value, name)))
        column.write(
          owners.map((owner): unknown => Reflect.get(owner, name)),
          out,
          owners,
        )
      }
    },
    read(count, from) {
      const bits = sparse.length > 0 ? repeat(count, from.number) : []
      if (bits.some((one) => one >= 2 ** sparse.length)) throw new Malformed('a field that there is none of')
      const objects = repeat(count, () => ({}))
      for (const { name, column, bit, absent } of all) {
        const owners = bit === 0 ? objects : objects.filter((_, index) => hasBit(bits[index] ?? 0, bit))
        const values = column.read(owners.length, from, owners)
        let next = 0
        for (const [index, object] of objects.entries()) {
          const value = bit === 0 || hasBit(bits[index] ?? 0, bit) ? values[next++] : absent()
          if (value !== undefined) Reflect.set(object, name, value)
        }
      }
      // Every field of the table is there, and none else.
      return objects as Value[]
    },
  }
}

interface Part {
  readonly name: string
  readonly form: unknown
  /** Which bit says that it is there; 0 where it always is. */
  bit: number
  readonly column: Column<unknown>
  isAbsent(value: unknown): boolean
  absent(): unknown
}

function toPart(name: string, field: Field<never>): Part {
  // What a table has beside a name is of the type of that field: `Fields` says so.
  const known = field as Field<unknown>
  if ('isSparse' in known) return { name, bit: 1, ...known }
  return { name, form: known.form, bit: 0, column: known, isAbsent: () => false, absent: () => undefined }
}

function toBits(sparse: readonly Part[], value: object): number {
  return sparse.reduce((sum, { name, bit, isAbsent }) => sum + (isAbsent(Reflect.get(value, name)) ? 0 : bit), 0)
}

function hasBit(bits: number, bit: number): boolean {
  return Math.floor(bits / bit) % 2 === 1
}

/** Pairs and the like, each place as a column. */
export function tuple<Values extends readonly unknown[]>(
  ...columns: { readonly [Index in keyof Values]: Column<Values[Index]> }
): Column<Values> {
  return {
    form: ['tuple', columns.map(({ form }) => form)],
    write: (values, out, owners) =>
      columns.forEach((column, index) =>
        column.write(
          values.map((value): unknown => value[index]),
          out,
          owners,
        ),
      ),
    read(count, from, owners) {
      const read = columns.map((column): readonly unknown[] => column.read(count, from, owners))
      // One of each column, in their order.
      return repeat(count, (index) => read.map((values) => values[index]) as unknown as Values)
    },
  }
}

/**
 * Objects of several kinds, told apart by a field, in any order: which kind for how many in a row, and then one kind
 * after the other.
 */
export function either<Value extends object, Tag extends keyof Value & string>(
  tag: Tag,
  kinds: { readonly [Kind in Value[Tag] & string]: Column<Omit<Extract<Value, Record<Tag, Kind>>, Tag>> },
): Column<Value> {
  const all = Object.entries(kinds as unknown as Readonly<Record<string, Column<never>>>)
  const names = all.map(([name]) => name)
  return {
    form: ['either', tag, all.map(([name, { form }]) => [name, form])],
    write(values, out, owners) {
      const placeOf = values.map((value) => names.indexOf(String(value[tag])))
      if (placeOf.includes(-1)) throw new Malformed('a kind that there is none of')
      for (let at = 0; at < placeOf.length;) {
        let end = at + 1
        while (end < placeOf.length && placeOf[end] === placeOf[at]) end += 1
        out.number(placeOf[at] ?? 0)
        // The last one cannot be longer than one.
        if (at + 1 < placeOf.length) out.number(end - at)
        at = end
      }
      for (const [place, [, column]] of all.entries()) {
        const isMine = (_: unknown, index: number) => placeOf[index] === place
        const mine = values.filter(isMine)
        if (mine.length > 0) column.write(mine as never[], out, owners.filter(isMine))
      }
    },
    read(count, from, owners) {
      const placeOf: number[] = []
      while (placeOf.length < count) {
        const place = from.number()
        const length = placeOf.length + 1 < count ? from.number() : 1
        if (place >= all.length || length === 0 || length > count - placeOf.length) {
          throw new Malformed('a kind that there is none of')
        }
        for (let index = 0; index < length; index += 1) placeOf.push(place)
      }
      const read = all.map(([name, column], place) => {
        const mine = owners.filter((_, index) => placeOf[index] === place)
        const found: object[] = mine.length === 0 ? [] : column.read(mine.length, from, mine)
        return { name, found, next: 0 }
      })
      return placeOf.map((place) => {
        const kind = read[place]
        // Of this kind, with all that it has: the columns are those of its table.
        return { [tag]: kind?.name, ...kind?.found[kind.next++] } as Value
      })
    },
  }
}

function repeat<Value>(count: number, make: (index: number) => Value): Value[] {
  const values: Value[] = []
  for (let index = 0; index < count; index += 1) values.push(make(index))
  return values
}
