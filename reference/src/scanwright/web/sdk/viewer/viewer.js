// <scanwright-viewer>: thumbnails beside the editor.

import { ScanwrightEditor } from './editor.js';
import { make } from './dom.js';
import { ViewerElement } from './element.js';
import { ScanwrightThumbnails } from './thumbnails.js';

export class ScanwrightViewer extends ViewerElement {
  thumbnails = new ScanwrightThumbnails();
  editor = new ScanwrightEditor();

  constructor() {
    super();
    this.thumbnails.addEventListener('keydown', (event) => {
      if ((event.ctrlKey || event.metaKey) && !this.readOnly) this.editor.undoByKey(event);
    });
  }

  /** @override */
  build() {
    for (const part of [this.thumbnails, this.editor]) {
      part.texts = this.texts;
      part.readOnly = this.readOnly;
    }
    return [make('div', { class: 'viewer' }, this.thumbnails, this.editor)];
  }

  /** @override */
  update() {
    for (const part of [this.thumbnails, this.editor])
      if (part.session !== this.session) part.session = this.session;
  }
}
