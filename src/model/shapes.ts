import type {
  ErrorTraits,
  Location,
  Member,
  Ref,
  Shape,
  StructureShape,
  TimestampFormat,
  XmlNamespace,
} from './shape.ts';
import type { RefRow, ShapeRow, TraitsRow } from './table.ts';

/**
 * Builds shapes from the rows of a table, each once and on first use, together with everything it refers to.
 *
 * @throws {Error} from `structure`, when the table has no structure of that name
 */
export const shapesOf = (
  rows: Readonly<Record<string, ShapeRow>>,
): { readonly structure: (name: string) => StructureShape } => {
  const built = new Map<string, Shape>();

  const shape = (name: string): Shape => {
    const known = built.get(name);
    if (known !== undefined) return known;
    const row = rows[name];
    if (row === undefined) throw new Error(`The model has no shape "${name}".`);
    return buildShape(name, row);
  };

  // INVARIANT: a structure, list or map is in `built` before the shapes it refers to are visited, so recursion ends.
  const buildShape = (name: string, row: ShapeRow): Shape => {
    const named = { name, sensitive: row.x === 1 };
    const size = { ...(row.min !== undefined && { min: row.min }), ...(row.max !== undefined && { max: row.max }) };
    switch (row.t) {
      case 'structure': {
        const members: Member[] = [];
        const structure: StructureShape = {
          type: 'structure',
          ...named,
          members,
          ...(row.ex && { error: errorTraits(name, row) }),
          ...(row.pl !== undefined && { payload: row.pl }),
          ...(row.ln !== undefined && { locationName: row.ln }),
          ...xmlNamespace(row),
          union: row.un === 1,
          document: row.doc === 1,
          eventstream: row.sm === 1,
          event: row.ev === 1,
        };
        built.set(name, structure);
        const required = new Set(row.q);
        for (const [member, ref] of Object.entries(row.m ?? {})) members.push(toMember(member, ref, required));
        return structure;
      }
      case 'list': {
        const list = {
          type: 'list' as const,
          ...named,
          ...size,
          flattened: row.fl === 1,
          member: undefined as unknown as Ref,
        };
        built.set(name, list);
        list.member = toRef(row.el!);
        return list;
      }
      case 'map': {
        const refs = { key: undefined as unknown as Ref, value: undefined as unknown as Ref };
        const locationName = row.ln === undefined ? {} : { locationName: row.ln };
        const map = { type: 'map' as const, ...named, ...size, flattened: row.fl === 1, ...locationName, ...refs };
        built.set(name, map);
        map.key = toRef(row.k!);
        map.value = toRef(row.v!);
        return map;
      }
      default: {
        const scalar = { type: row.t, ...named, ...size, ...scalarTraits(row) } as Shape;
        built.set(name, scalar);
        return scalar;
      }
    }
  };

  const toRef = (row: RefRow): Ref => {
    const [name, traits] = typeof row === 'string' ? [row, NO_TRAITS] : row;
    const target = shape(name);
    return {
      shape: target,
      ...(traits.ln !== undefined && { locationName: traits.ln }),
      ...xmlNamespace(traits),
      ...(traits.tf !== undefined && { timestampFormat: traits.tf as TimestampFormat }),
      jsonvalue: traits.jv === 1,
      sensitive: traits.x === 1 || target.sensitive,
    };
  };

  const toMember = (name: string, row: RefRow, required: ReadonlySet<string>): Member => {
    const traits = typeof row === 'string' ? NO_TRAITS : row[1];
    return {
      name,
      ...toRef(row),
      required: required.has(name),
      ...(traits.loc !== undefined && { location: traits.loc as Location }),
      flattened: traits.fl === 1,
      xmlAttribute: traits.at === 1,
      streaming: traits.st === 1,
      idempotencyToken: traits.id === 1,
      hostLabel: traits.hl === 1,
      eventpayload: traits.ep === 1,
      eventheader: traits.eh === 1,
      ...(traits.qn !== undefined && { queryName: traits.qn }),
      box: traits.bx === 1,
    };
  };

  return {
    structure: (name) => {
      const found = shape(name);
      if (found.type !== 'structure') throw new Error(`The model's shape "${name}" is no structure.`);
      return found;
    },
  };
};

const NO_TRAITS: TraitsRow = {};

const errorTraits = (name: string, row: ShapeRow): ErrorTraits => {
  const fault = row.ef === 1 || (row.es ?? 400) >= 500;
  return { code: row.ec ?? name, httpStatus: row.es ?? (fault ? 500 : 400), fault };
};

const scalarTraits = (row: ShapeRow): object => ({
  ...(row.t === 'blob' && { streaming: row.st === 1 }),
  ...(row.p !== undefined && { pattern: row.p }),
  ...(row.ps !== undefined && { patternSentence: row.ps }),
  ...(row.en !== undefined && { enum: row.en }),
  ...(row.tf !== undefined && { timestampFormat: row.tf }),
});

const xmlNamespace = (row: { readonly ns?: string; readonly px?: string }): { readonly xmlNamespace?: XmlNamespace } =>
  row.ns === undefined ? {} : { xmlNamespace: { uri: row.ns, ...(row.px !== undefined && { prefix: row.px }) } };
