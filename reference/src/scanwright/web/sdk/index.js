// What a page imports.

export { connect } from "./connect.js";
export { diagnose } from "./diagnosis.js";
export { CallError, ConnectError, DisconnectedError, ScanwrightError, TransferError } from "./errors.js";
export { SavedFile } from "./files.js";
export { InstallPrompt } from "./prompt/prompt.js";
export { LANGUAGES } from "./prompt/texts/index.js";
export { Scanwright } from "./session.js";
export { upload } from "./upload.js";

// The types, for users of TypeScript.

/** @typedef {import('./types.js').BlankTest} BlankTest */
/** @typedef {import('./types.js').BufferOptions} BufferOptions */
/** @typedef {import('./types.js').BufferState} BufferState */
/** @typedef {import('./types.js').CallOptions} CallOptions */
/** @typedef {import('./types.js').Candidate} Candidate */
/** @typedef {import('./types.js').Change} Change */
/** @typedef {import('./types.js').ConnectExtras} ConnectExtras */
/** @typedef {import('./types.js').ConnectOptions} ConnectOptions */
/** @typedef {import('./types.js').Detail} Detail */
/** @typedef {import('./types.js').DiagnoseOptions} DiagnoseOptions */
/** @typedef {import('./types.js').Diagnosis} Diagnosis */
/** @typedef {import('./types.js').Document} Document */
/** @typedef {import('./types.js').Edit} Edit */
/** @typedef {import('./types.js').Image} Image */
/** @typedef {import('./types.js').ImageForm} ImageForm */
/** @typedef {import('./types.js').InstallerFile} InstallerFile */
/** @typedef {import('./types.js').Language} Language */
/** @typedef {import('./types.js').Manifest} Manifest */
/** @typedef {import('./types.js').Measured} Measured */
/** @typedef {import('./types.js').MeasuredBlank} MeasuredBlank */
/** @typedef {import('./types.js').OpenResult} OpenResult */
/** @typedef {import('./types.js').OpenScanner} OpenScanner */
/** @typedef {import('./types.js').PdfOptions} PdfOptions */
/** @typedef {import('./types.js').PixelType} PixelType */
/** @typedef {import('./types.js').Problem} Problem */
/** @typedef {import('./types.js').Progress} Progress */
/** @typedef {import('./types.js').PromptOptions} PromptOptions */
/** @typedef {import('./types.js').Range} Range */
/** @typedef {import('./types.js').Reason} Reason */
/** @typedef {import('./types.js').Rect} Rect */
/** @typedef {import('./types.js').Region} Region */
/** @typedef {import('./types.js').SaveExtras} SaveExtras */
/** @typedef {import('./types.js').SaveOptions} SaveOptions */
/** @typedef {import('./types.js').SavedDescription} SavedDescription */
/** @typedef {import('./types.js').ScanParams} ScanParams */
/** @typedef {import('./types.js').ScanResult} ScanResult */
/** @typedef {import('./types.js').ScanSettings} ScanSettings */
/** @typedef {import('./types.js').ScanWish} ScanWish */
/** @typedef {import('./types.js').Scanner} Scanner */
/** @typedef {import('./types.js').ScannerDescription} ScannerDescription */
/** @typedef {import('./types.js').ScannerInput} ScannerInput */
/** @typedef {import('./types.js').Service} Service */
/** @typedef {import('./types.js').Source} Source */
/** @typedef {import('./documents.js').Transfer} Transfer */
/** @typedef {import('./files.js').LoadOptions} LoadOptions */
/** @typedef {import('./ids.js').ImageRef} ImageRef */
/** @typedef {import('./ids.js').ImageRefs} ImageRefs */
/** @typedef {import('./session.js').HeldDocument} HeldDocument */
/** @typedef {import('./sources.js').FileSource} FileSource */
/** @typedef {import('./upload.js').UploadOptions} UploadOptions */
/** @typedef {import('./upload.js').Uploaded} Uploaded */
/** @typedef {import('./prompt/texts/index.js').Texts} Texts */
/** @typedef {import('./prompt/texts/index.js').TextOverrides} TextOverrides */
