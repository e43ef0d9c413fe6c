import fc from 'fast-check';
import type { Member } from '../../src/model/shape.ts';
import { anyText, scalarsOf, toWholeSecond } from './arbitrary.ts';

/**
 * Random values that an HTTP message can carry outside of the document in its body: labels, query parameters, headers, the
 * status, and bodies that are bytes. Undefined for every other member.
 */
export const outsideBody = (member: Member): fc.Arbitrary<unknown> | undefined => {
  const { shape } = member;
  switch (member.location) {
    case 'uri':
      return valuesOf(member, textIn.uri);
    case 'querystring':
      if (shape.type === 'list') return fc.array(anyText, { minLength: 1, maxLength: 3 });
      if (shape.type === 'map') return fc.dictionary(parameterName, anyText, { minKeys: 1, maxKeys: 3, ...plain });
      return valuesOf(member, textIn.querystring);
    case 'header':
      if (shape.type === 'list') return fc.array(headerText, { minLength: 1, maxLength: 3 });
      return valuesOf(member, textIn.header);
    case 'headers':
      return fc.dictionary(headerName, headerText, { minKeys: 1, maxKeys: 3, ...plain });
    case 'statusCode':
      return fc.integer({ min: 200, max: 299 });
    default:
      return shape.type === 'blob' ? fc.uint8Array({ minLength: 1, maxLength: 40 }) : undefined;
  }
};

const plain = { noNullPrototype: true };

/** Printable ASCII that begins and ends with something to see. */
const headerText = fc.string({ maxLength: 12 }).map((text) => `h${text}h`);

const headerName = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);

const parameterName = fc.stringMatching(/^(?:p|X-Amz-p)[a-z. +&=]{0,8}$/);

const textIn = { uri: anyText.map((text) => `l${text}`), querystring: anyText, header: headerText };

const valuesOf = ({ shape, timestampFormat, location }: Member, text: fc.Arbitrary<string>): fc.Arbitrary<unknown> => {
  switch (shape.type) {
    case 'string':
      return shape.enum === undefined ? text : fc.oneof(fc.constantFrom(...shape.enum), text);
    case 'timestamp': {
      const dates = fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true });
      const format = timestampFormat ?? shape.timestampFormat ?? (location === 'header' ? 'rfc822' : 'iso8601');
      return format === 'rfc822' ? dates.map(toWholeSecond) : dates;
    }
    case 'structure':
    case 'list':
    case 'map':
      throw new Error(`A ${shape.type} is not bound`);
    default:
      return scalarsOf(shape.type);
  }
};
