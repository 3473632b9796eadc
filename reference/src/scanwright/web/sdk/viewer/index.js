// Elements that show and edit the pages of a session.
//
//     <scanwright-viewer></scanwright-viewer>
//     viewer.session = await connect();
//
// They speak through events that leave the shadow tree: `import` {files, at} when files
// are dropped, `open` {image} for Enter or a double click, `trouble` {error} when a call
// fails, `viewchange` {image, scale}.

import { ScanwrightEditor } from './editor.js';
import { ScanwrightThumbnails } from './thumbnails.js';
import { ScanwrightView } from './view.js';
import { ScanwrightViewer } from './viewer.js';

export { TEXTS } from './texts.js';
export { ScanwrightEditor, ScanwrightThumbnails, ScanwrightView, ScanwrightViewer };

const ELEMENTS = {
  'scanwright-thumbnails': ScanwrightThumbnails,
  'scanwright-view': ScanwrightView,
  'scanwright-editor': ScanwrightEditor,
  'scanwright-viewer': ScanwrightViewer,
};

for (const [name, element] of Object.entries(ELEMENTS))
  if (customElements.get(name) === undefined) customElements.define(name, element);
