import * as cloudfront from '@aws-sdk/client-cloudfront';
import * as route53 from '@aws-sdk/client-route-53';
import * as s3 from '@aws-sdk/client-s3';
import * as s3control from '@aws-sdk/client-s3-control';
import fc from 'fast-check';
import { findRoute } from '../../src/wire/protocols/http-route.ts';
import { restXml } from '../../src/wire/protocols/rest-xml.ts';
import { timestampFormatOf } from '../../src/wire/protocols/scalars.ts';
import { type Carries, xmlText } from './arbitrary.ts';
import { outsideBody } from './outside-body.ts';
import { type Contract, labels, roundTrips } from './round-trip.ts';

const carries: Carries = {
  strings: xmlText,
  emptyObjects: false,
  emptyLists: false,
  outsideBody,
  wholeSeconds: (ref) => timestampFormatOf(ref, 'iso8601') === 'rfc822',
};

/** The client does not escape white space in attributes, so that it arrives as spaces (XML 1.0 §3.3.3). */
const sends: Carries = { ...carries, attributes: xmlText.map((text) => text.replace(/[\t\n\r]/g, ' ')) };

/** What can be part of a host name. */
const bucketName = fc.stringMatching(/^[a-z]{3,12}$/);

const clients: readonly [service: string, sdk: object, clientName: string, oddities?: Partial<Contract>][] = [
  ['cloudfront', cloudfront, 'CloudFront'],
  [
    'route53',
    route53,
    'Route53',
    {
      // A number to the client, text to the model.
      leaveOut: ({ name }) => name === 'MaxItems',
      // The client sends it even where it is absent.
      ignored: (name) => name === 'ChangeBatch',
    },
  ],
  [
    's3',
    s3,
    'S3',
    {
      config: {
        forcePathStyle: true,
        requestChecksumCalculation: 'WHEN_REQUIRED',
        responseChecksumValidation: 'WHEN_REQUIRED',
      },
      sends: {
        ...sends,
        outsideBody: (member) =>
          /^(Bucket|RequestRoute)$/.test(member.name)
            ? bucketName
            : member.name === 'ChecksumAlgorithm'
              ? fc.constantFrom('CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256')
              : outsideBody(member),
      },
      // Keys are hashed and encoded by the client; it reads Expires as it likes; it always has Metadata.
      // Checksums that are not of the body are refused; part markers are text to the client; an empty
      // LocationConstraint is none.
      leaveOut: ({ name, location }, shape) =>
        /SSECustomerKey$|^Expires$/.test(name) ||
        (location === 'header' && /^Checksum(?!Algorithm|Type|Mode)|^ContentMD5$/.test(name)) ||
        shape.name === 'GetBucketLocationOutput' ||
        (/^(GetObjectAttributesParts|ListPartsOutput)$/.test(shape.name) && /PartNumberMarker$/.test(name)),
      ignored: (name) => /^(ContentLength|ContentType|ExpiresString|Metadata|Checksum.*)$/.test(name),
      // Another host (S3 Express) answers it, on the path of ListBuckets.
      skips: new Set(['ListDirectoryBuckets']),
      answeredId: '8B5F0C5E00004000',
    },
  ],
  [
    's3control',
    s3control,
    'S3Control',
    {
      // Parts of the host name.
      leaveOut: ({ name }) => name === 'OutpostId',
      sends: {
        ...sends,
        outsideBody: (member) => (member.name === 'AccountId' ? fc.constant('111122223333') : outsideBody(member)),
      },
      minimal: (operation) => ({ ...labels(operation), AccountId: '111122223333' }),
    },
  ],
];

for (const [service, sdk, clientName, oddities] of clients) {
  roundTrips({
    service,
    sdk,
    clientName,
    protocol: restXml,
    sends,
    receives: carries,
    finds: findRoute,
    minimal: labels,
    // Answers that are bytes have a media type in any case.
    ignored: (name) => name === 'ContentType',
    ...oddities,
  });
}
