// A page with one element of the viewer, as the address says: ?element=&pages=&slow=

import '/sdk/viewer/index.js';
import { FakeSession } from '/fake.js';

const wish = new URLSearchParams(location.search);
const session = new FakeSession(Number(wish.get('pages') ?? 6));
const element = document.createElement(wish.get('element') ?? 'scanwright-viewer');
const events = [];
for (const type of ['import', 'open', 'trouble', 'viewchange'])
  element.addEventListener(type, ({ detail }) => events.push({ type, detail }));
if (wish.has('lang')) document.documentElement.lang = wish.get('lang');
if (wish.has('readonly')) element.readOnly = true;
element.session = session;
document.querySelector('main').append(element);
Object.assign(window, { session, element, events });
