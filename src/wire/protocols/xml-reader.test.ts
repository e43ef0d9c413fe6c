import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault } from '../../kernel/fault.ts';
import { growth, tooMuchGrowth } from '../../testing/growth.ts';
import { maxDepth, XmlReader } from './xml-reader.ts';

/** What a document says: an element is its name and either its text or its children. */
type Element = readonly [name: string, content: string | readonly Element[]];

/** Reads a document of elements of which `leaf…` ones have text. */
const read = (document: string | Buffer): Element => {
  const reader = new XmlReader(Buffer.from(document));
  const element = (name: string): Element => {
    if (name.startsWith('leaf')) return [name, reader.text()];
    const children: Element[] = [];
    for (let child = reader.child(); child !== undefined; child = reader.child()) children.push(element(child));
    return [name, children];
  };
  const root = element(reader.root());
  reader.end();
  return root;
};

const documents: readonly [what: string, document: string, element: Element][] = [
  ['an empty element', '<a/>', ['a', []]],
  ['a declaration and a byte order mark', '\ufeff<?xml version="1.0" encoding="utf-8"?>\n<a/>', ['a', []]],
  ['a declaration with standalone', "<?xml version='1.0' standalone='yes'?><a></a>", ['a', []]],
  [
    'nested elements among white space',
    '<a>\n <b><leaf>x</leaf></b>\t<leaf/></a >\n',
    [
      'a',
      [
        ['b', [['leaf', 'x']]],
        ['leaf', ''],
      ],
    ],
  ],
  ['prefixes, which are dropped', '<s:a xmlns:s="u"><s:leaf>x</s:leaf></s:a>', ['a', [['leaf', 'x']]]],
  [
    'comments, wherever they stand',
    '<!-- -><a> --><a><!----><leaf>x<!-- y -->z</leaf></a><!-- -->',
    ['a', [['leaf', 'xz']]],
  ],
  ['CDATA sections', '<leaf>a<![CDATA[<&]]]]><![CDATA[>]]></leaf>', ['leaf', 'a<&]]>']],
  ['references', '<leaf>&lt;&gt;&amp;&quot;&apos;&#65;&#x1F600;&#13;</leaf>', ['leaf', '<>&"\'A😀\r']],
  ['white space, which is kept in text', '<leaf> a\r\nb\rc </leaf>', ['leaf', ' a\nb\nc ']],
  ['text beyond ASCII', '<leaf>é😀</leaf>', ['leaf', 'é😀']],
];

for (const [what, document, element] of documents) {
  test(`reads ${what}`, () => assert.deepEqual(read(document), element));
}

test('reads attributes, without namespaces and prefixes', () => {
  const reader = new XmlReader(Buffer.from(`<a x:type = 'b&quot;"' xmlns="u" c=""/>`));
  reader.root();
  assert.deepEqual(
    [reader.attribute('type'), reader.attribute('c'), reader.attribute('xmlns')],
    ['b""', '', undefined],
  );
});

test('passes over what is not asked for', () => {
  const reader = new XmlReader(Buffer.from('<a><b c="d">t<e/>&amp;<![CDATA[<]]></b><leaf>x</leaf></a>'));
  assert.deepEqual([reader.root(), reader.child()], ['a', 'b']);
  reader.skip();
  assert.equal(reader.child(), 'leaf');
});

const bomb = `<!DOCTYPE l [<!ENTITY a "${'x'.repeat(100)}">${Array.from({ length: 9 }, (_, n) => `<!ENTITY a${n} "&a;&a;">`)}]><leaf>&a8;</leaf>`;

const refusals: readonly [what: string, document: string | Buffer][] = [
  ['nothing', ''],
  ['text alone', 'x'],
  ['a document type', '<!DOCTYPE a><a/>'],
  ['an external entity', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><leaf>&x;</leaf>'],
  ['a billion laughs', bomb],
  ['an entity of its own', '<leaf>&x;</leaf>'],
  ['an entity named as a property', '<leaf>&constructor;</leaf>'],
  ['a reference without an end', '<leaf>&amp</leaf>'],
  ['a reference to a character that no document may have', '<leaf>&#0;</leaf>'],
  ['a reference to half a character', '<leaf>&#xD800;</leaf>'],
  ['a reference beyond Unicode', '<leaf>&#x110000;</leaf>'],
  ['a control character', '<leaf>\u0001</leaf>'],
  ['a processing instruction', '<a><?php ?></a>'],
  ['a stylesheet', '<?xml-stylesheet href="x"?><a/>'],
  ['a declaration after the beginning', ' <?xml version="1.0"?><a/>'],
  ['another encoding', '<?xml version="1.0" encoding="UTF-16"?><a/>'],
  ['bytes that are not UTF-8', Buffer.from([0x3c, 0x61, 0x3e, 0xff])],
  ['UTF-16', Buffer.from('\ufeff<a/>', 'utf16le')],
  ['an element without an end', '<a><b></b>'],
  ['text without an end', '<leaf>x'],
  ['elements that overlap', '<a><b></a></b>'],
  ['an end with another prefix', '<x:a></a>'],
  ['an end without a beginning', '</a>'],
  ['two roots', '<a/><b/>'],
  ['something after the root', '<a/>x'],
  ['text among elements', '<a>x<b/></a>'],
  ['elements in text', '<leaf>x<b/></leaf>'],
  ['a duplicate attribute', '<a b="1" b="2"/>'],
  ['an attribute without quotes', '<a b=1/>'],
  ['attributes without a space between', '<a b="1"c="2"/>'],
  ['an attribute with an element in it', '<a b="<c/>"/>'],
  ['a thousand attributes', `<a ${Array.from({ length: 1000 }, (_, n) => `a${n}=""`).join(' ')}/>`],
  ['a comment with two hyphens', '<a><!-- a -- b --></a>'],
  ['a comment without an end', '<a><!-- </a>'],
  ['a CDATA section without an end', '<leaf><![CDATA[x</leaf>'],
  ['the end of a CDATA section in text', '<leaf>]]></leaf>'],
  ['a name that is none', '<1/>'],
  ['nesting that is too deep', '<a>'.repeat(maxDepth + 1) + '</a>'.repeat(maxDepth + 1)],
  ['a million open elements', '<a>'.repeat(1_000_000)],
];

for (const [what, document] of refusals) {
  test(`refuses ${what}`, () => {
    assert.throws(
      () => read(document),
      (error) => error instanceof Fault && error.code === 'Serialization',
    );
  });
}

test('refuses within what it passes over, too', () => {
  for (const hidden of ['<!DOCTYPE x>', '&x;', '<b>', '\u0000', '<?x?>', '<a>'.repeat(maxDepth)]) {
    const reader = new XmlReader(Buffer.from(`<a>${hidden}</a>`));
    reader.root();
    assert.throws(() => reader.skip(), Fault);
  }
});

test('reads long documents in time that grows with them', async () => {
  const grown = await growth((size) => {
    read(`<a>${`<b x="${'y'.repeat(size)}"><leaf>${'&amp;'.repeat(size)}</leaf></b>`.repeat(20)}</a>`);
    assert.throws(() => read(`<a ${' '.repeat(20 * size)}`), Fault);
    assert.throws(() => read(`<${'a'.repeat(20 * size)}`), Fault);
  }, 2000);
  assert.ok(grown < tooMuchGrowth, `${grown} times`);
});
