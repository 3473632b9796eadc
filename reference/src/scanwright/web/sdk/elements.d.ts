// The elements for TypeScript: what the comments of the modules say, and their names.

import type {
  ScanwrightEditor,
  ScanwrightThumbnails,
  ScanwrightView,
  ScanwrightViewer,
} from "./types/viewer/index.js";

export * from "./types/viewer/index.js";

declare global {
  interface HTMLElementTagNameMap {
    "scanwright-editor": ScanwrightEditor;
    "scanwright-thumbnails": ScanwrightThumbnails;
    "scanwright-view": ScanwrightView;
    "scanwright-viewer": ScanwrightViewer;
  }
}
