import assert from 'node:assert/strict'
import test from 'node:test'
import { checkNarrative } from './check-narrative.ts'

const div = (inside: string) => `<div xmlns="http://www.w3.org/1999/xhtml">${inside}</div>`

const SAFE = [
  'plain &amp; simple &#169; &nbsp;',
  '<p class="a" style="color: red">x</p><br/>',
  '<a href="http://x.org/a?b=c&amp;d=e" title=\'t\'>x</a>',
  '<a href="#p1">x</a><a name="p1">y</a>',
  '<img src="#photo" alt="x"/>',
  '<img src="data:image/png;base64,iVBORw0KGgo=" alt="x"/>',
  '<table border="1"><tr><td colspan="2">x</td></tr></table>',
  '<!-- a comment --><b>x</b>',
  '<td style="background: url(data:image/png;base64,iVBORw0KGgo=)">x</td>',
]
for (const each of SAFE) test(`safe: ${each}`, () => assert.equal(checkNarrative(div(each)), undefined))

const UNSAFE = [
  '<script>alert(1)</script>',
  '<SCRIPT>alert(1)</SCRIPT>',
  '<p onclick="alert(1)">x</p>',
  '<p ONCLICK="alert(1)">x</p>',
  '<a href="javascript:alert(1)">x</a>',
  '<a href="JaVaScRiPt:alert(1)">x</a>',
  '<a href="&#106;avascript:alert(1)">x</a>',
  '<a href="&#x6A;avascript:alert(1)">x</a>',
  '<a href="java\nscript:alert(1)">x</a>',
  '<a href="java&#10;script:alert(1)">x</a>',
  '<a href="javascript&colon;alert(1)">x</a>',
  '<a href=" javascript:alert(1)">x</a>',
  '<a href="data:text/html,x">x</a>',
  '<a href="vbscript:x">x</a>',
  '<img src="&bsol;&bsol;evil.org/pixel.png"/>',
  '<img src="&sol;/evil.org/pixel.png"/>',
  '<p style="background: image-set(&quot;https://evil.org/a.png&quot; 1x)">x</p>',
  '<p style="background: url(data:image/svg+xml;base64,AAAA)">x</p>',
  '<p style="position: fixed; top: 0">x</p>',
  '<img src="http://evil.org/pixel.png"/>',
  '<img src="//evil.org/pixel.png"/>',
  '<img src="\\\\evil.org/pixel.png"/>',
  '<img src="data:image/svg+xml;base64,AAAA"/>',
  '<p style="background: url(http://evil.org/a.png)">x</p>',
  '<p style="background: url( //evil.org/a.png)">x</p>',
  '<p style="background: ur\\6c(http://evil.org)">x</p>',
  '<p style="width: expression(alert(1))">x</p>',
  '<p style="@import \'http://evil.org\'">x</p>',
  '<style>p{}</style>',
  '<iframe src="#a"/>',
  '<object data="x"/>',
  '<form action="x">x</form>',
  '<input value="x"/>',
  '<link href="x"/>',
  '<base href="x"/>',
  '<svg xmlns="http://www.w3.org/2000/svg"/>',
  '<math/>',
  '<p xmlns="http://www.w3.org/2000/svg">x</p>',
  '<p>x',
  '<p>x</div>',
  '<b><i>x</b></i>',
  '<p class=a>x</p>',
  '<p class>x</p>',
  '<p class="a" class="b">x</p>',
  'a & b',
  'a < b',
  '<p title="a & b">x</p>',
  '<p title="<b>">x</p>',
  '<![CDATA[x]]>',
  '<?xml version="1.0"?>',
  '<!DOCTYPE html>',
  '<!-- a -- b -->x',
  '<!-- a',
  '\u0000x',
  '  ',
]
for (const each of UNSAFE)
  test(`unsafe: ${JSON.stringify(each)}`, () => assert.notEqual(checkNarrative(div(each)), undefined))

test('exactly one div in the XHTML namespace', () => {
  for (const each of [
    '',
    'x',
    '<div>x</div>',
    '<p xmlns="http://www.w3.org/1999/xhtml">x</p>',
    '<div xmlns="http://www.w3.org/1999/xhtml"/>',
    `${div('x')}${div('y')}`,
    `${div('x')}<script/>`,
    `${div('x')} y`,
    `x${div('x')}`,
    '<divx xmlns="http://www.w3.org/1999/xhtml">x</divx>',
  ])
    assert.notEqual(checkNarrative(each), undefined, each)
  assert.equal(checkNarrative(` ${div('x')}\n`), undefined)
  for (const each of [undefined, null, 1, {}, []]) assert.equal(checkNarrative(each), 'is not a string')
})
