// The words of the interface, as types. What travels is described in the service's
// channel.yaml; here it has the same names.

/**
 * @typedef {'not-installed' | 'not-running' | 'permission-denied' | 'permission-pending'
 *   | 'insecure-page' | 'certificate' | 'mixed-content' | 'origin-refused'
 *   | 'content-security-policy' | 'service-too-old' | 'service-too-new' | 'port-taken'
 *   | 'busy'} Reason Why the service cannot be reached.
 */

/**
 * @typedef {object} Candidate An address that was tried, and what came of it.
 * @property {string} url
 * @property {'ours' | 'foreign' | 'opaque' | 'failed' | 'pending'} outcome
 */

/**
 * @typedef {object} Detail What is known beside the reason.
 * @property {string} address Where the service is looked for: scheme, host, port.
 * @property {string} certificateAddress A page that shows the browser the certificate.
 * @property {string} managerAddress Where the service is administered.
 * @property {string} origin Of the page.
 * @property {boolean} framed The page lies in a frame.
 * @property {string | null} version Of the service that answered.
 * @property {readonly number[] | null} protocols That the service speaks.
 * @property {number | null} closeCode Of the WebSocket.
 */

/**
 * @typedef {object} Diagnosis
 * @property {Reason | null} reason `null`: nothing is in the way.
 * @property {readonly Candidate[]} candidates
 * @property {Detail} detail
 */

/** @typedef {Diagnosis & {reason: Reason}} Problem */

/**
 * @typedef {object} DiagnoseOptions
 * @property {AbortSignal} [signal]
 * @property {string} [host] Default 127.0.0.1.
 * @property {number} [httpPort] Default 18622, or that of the service which served this package.
 * @property {number} [httpsPort] Default 18623, or likewise.
 * @property {boolean} [secure] Default: as the page is.
 * @property {(reason: Reason, problem: Problem) => void} [onreason] Told of
 *   `permission-pending` while the browser asks its user; without it, that is the result.
 *   With a prompt, told of every reason.
 * @property {number} [deadlineMs] Of each probe; default 4000.
 */

/**
 * @typedef {object} ConnectExtras
 * @property {Storage | null} [storage] Where the token of the session lies; default
 *   `sessionStorage`. With null, a reload loses the session.
 * @property {boolean} [reconnect] Default true.
 * @property {boolean | import('./prompt/prompt.js').InstallPrompt | PromptOptions} [prompt]
 *
 * @typedef {DiagnoseOptions & ConnectExtras} ConnectOptions
 */

/** @typedef {'en' | 'de' | 'fr'} Language */

/**
 * @typedef {object} PromptOptions
 * @property {string | Manifest} [installers] Address of the folder that holds
 *   `installers.json` and the packages, or what that file would say; default `dist/`.
 * @property {string} [command] Installs the service where there is no package for the system;
 *   without it the user is told to ask whoever runs the website.
 * @property {import('./prompt/texts/index.js').TextOverrides} [texts] Replaced words.
 * @property {Language} [language] Default: by the browser.
 * @property {Element} [container] Default: the body.
 * @property {(reason: Reason, problem: Problem) => void} [onreason] Told of each reason
 *   that is shown.
 */

/**
 * @typedef {object} Manifest
 * @property {string} version
 * @property {string} [base] Address of the folder of the packages.
 * @property {readonly InstallerFile[]} files
 */

/**
 * @typedef {object} InstallerFile
 * @property {string} platform `linux`.
 * @property {string} format `deb` or `rpm`.
 * @property {string} arch `amd64` or `arm64`.
 * @property {string} name
 * @property {number} bytes
 * @property {string} sha256
 */

/**
 * @typedef {object} Progress How far something has come; `total` is null while nobody knows.
 * @property {number} done
 * @property {number | null} total
 * @property {'read' | 'upload' | 'load' | 'save'} [phase] Of `files.load`, and of `files.save` with `append`.
 */

/**
 * @typedef {object} CallOptions
 * @property {AbortSignal} [signal] Cancels the call.
 * @property {(progress: Progress) => void} [onprogress]
 */

/** @typedef {{version: string, instance: string}} Service */
/** @typedef {'bw' | 'gray' | 'colour'} PixelType */
/** @typedef {'flatbed' | 'feeder' | 'duplex'} Source */
/** @typedef {{name: string, type: number, device: string}} Scanner */
/** @typedef {{minimum: number, maximum: number, step: number}} Range */
/** @typedef {{left: number, top: number, width: number, height: number}} Region In mm. */
/** @typedef {{left: number, top: number, right: number, bottom: number}} Rect In pixels;
 *   `right` and `bottom` are the first that no longer belong to it. */

/**
 * @typedef {object} ScannerInput
 * @property {Source} source
 * @property {number} widthMm
 * @property {number} heightMm
 * @property {readonly {pixelType: PixelType, bits: 1 | 8 | 16}[]} depths
 * @property {readonly number[] | Range} resolutionsDpi
 */

/**
 * @typedef {object} ScannerDescription
 * @property {readonly ScannerInput[]} inputs The default first.
 * @property {Range | null} brightness
 * @property {Range | null} contrast
 * @property {boolean | null} feederLoaded
 */

/**
 * @typedef {object} ScanWish What is not named is as the scanner's defaults are.
 * @property {Source} [source]
 * @property {PixelType} [pixelType]
 * @property {1 | 8 | 16} [bits]
 * @property {number} [resolutionDpi] The nearest that the scanner has is used.
 * @property {Region} [region] What lies outside of what the scanner sees is cut off.
 * @property {number} [brightness]
 * @property {number} [contrast]
 * @property {number} [pageLimit]
 */

/**
 * @typedef {object} ScanSettings
 * @property {Source} source
 * @property {PixelType} pixelType
 * @property {number} bits
 * @property {number} resolutionDpi
 * @property {Region | null} region
 * @property {number} brightness
 * @property {number} contrast
 * @property {number | null} pageLimit
 */

/** @typedef {{scanner: Scanner, description: ScannerDescription, settings: ScanSettings}} OpenScanner */

/**
 * @typedef {object} ScanParams
 * @property {string} [device]
 * @property {ScanWish} [settings]
 * @property {number} [at] Index of the image in front of which new ones come.
 * @property {string} [tag]
 * @property {boolean} [discardBlank]
 * @property {boolean} [deskew]
 * @property {boolean} [autoBorder]
 */

/** @typedef {{images: readonly string[], discarded: number}} ScanResult */

/**
 * @typedef {object} Image A page in the buffer.
 * @property {string} id For as long as the session lasts.
 * @property {number} version Another one after each edit.
 * @property {string} path
 * @property {number} widthPx
 * @property {number} heightPx
 * @property {PixelType} pixelType
 * @property {1 | 4 | 8 | 16} bits Of a sample.
 * @property {readonly [number, number]} resolutionDpi
 * @property {number} bytes Of its pixels in memory.
 * @property {readonly string[]} tags
 */

/**
 * @typedef {object} Document
 * @property {string} id
 * @property {string} name
 * @property {number} count
 * @property {readonly string[]} [images] Ids, of those that are not open.
 */

/**
 * @typedef {object} BufferOptions
 * @property {'append' | 'before-current'} [insert]
 * @property {number} [maximum]
 * @property {string | null} [tag]
 * @property {boolean} [diskCache] Whether pages may go to the encrypted cache on the disk.
 */

/**
 * @typedef {object} BufferState
 * @property {number} revision
 * @property {readonly Image[]} images
 * @property {string | null} current
 * @property {readonly string[]} selected
 * @property {readonly string[] | null} visible
 * @property {string | null} filter
 * @property {string} document
 * @property {readonly Document[]} documents
 * @property {boolean} canUndo
 * @property {boolean} canRedo
 * @property {BufferOptions} options
 */

/**
 * @typedef {object} Change
 * @property {number} revision
 * @property {'add' | 'remove' | 'modify' | 'shift' | 'current' | 'select' | 'filter'
 *   | 'document' | 'options' | 'replace'} action
 * @property {readonly Image[]} [images] Those that are new or have changed.
 * @property {readonly string[]} [order] Absent when it is as before.
 * @property {string | null} [current]
 * @property {readonly string[]} [selected]
 * @property {readonly string[] | null} [visible]
 * @property {string | null} [filter]
 * @property {string} [document]
 * @property {readonly Document[]} [documents]
 * @property {boolean} [canUndo]
 * @property {boolean} [canRedo]
 * @property {BufferOptions} [options]
 */

/** @typedef {{width?: number, height?: number, type?: string}} ImageForm */

/**
 * @typedef {object} PdfOptions
 * @property {'1.1' | '1.2' | '1.3' | '1.4' | '1.5' | '1.6' | '1.7'} [version]
 * @property {'pdf/a-1b' | 'pdf/a-2b' | 'pdf/a-3b'} [standard]
 * @property {number} [pageType]
 * @property {number} [pageWidth] In points.
 * @property {number} [pageHeight]
 * @property {string} [title]
 * @property {string} [author]
 * @property {string} [subject]
 * @property {string} [keyWords]
 * @property {string} [creator]
 * @property {string} [producer]
 * @property {string} [creationDate]
 * @property {string} [modifiedDate]
 * @property {string} [password]
 */

/**
 * @typedef {object} SaveOptions
 * @property {'image/bmp' | 'image/jpeg' | 'image/tiff' | 'image/png' | 'application/pdf'} type
 * @property {number} [quality]
 * @property {number} [compression]
 * @property {readonly {number: number, value: string, base64?: boolean}[]} [tiffTags]
 * @property {PdfOptions} [pdf]
 */

/**
 * @typedef {object} SaveExtras
 * @property {string} [name]
 * @property {Blob} [append] With type `image/tiff`: a TIFF that the file begins with.
 */

/** @typedef {{path: string, name: string, type: string, bytes: number, sha256: string}} SavedDescription */

/**
 * @typedef {object} Edit
 * @property {'rotate' | 'flip' | 'mirror' | 'crop' | 'erase' | 'resize' | 'setWidth' | 'setDpi'
 *   | 'setDepth' | 'gray' | 'blackAndWhite' | 'invert' | 'adjust' | 'deskew' | 'autoBorder'} kind
 * @property {number} [angle] Degrees clockwise.
 * @property {boolean} [keepSize]
 * @property {1 | 2 | 3 | 5} [interpolation]
 * @property {string} [fill] RRGGBB.
 * @property {number} [left]
 * @property {number} [top]
 * @property {number} [right]
 * @property {number} [bottom]
 * @property {number} [width]
 * @property {number} [height]
 * @property {number} [x]
 * @property {number} [y]
 * @property {boolean} [resample]
 * @property {1 | 4 | 8 | 16 | 24 | 48} [bitsPerPixel]
 * @property {number} [threshold]
 * @property {number} [brightness]
 * @property {number} [contrast]
 */

/**
 * @typedef {object} BlankTest
 * @property {'deviation' | 'blocks'} [method]
 * @property {number} [threshold]
 * @property {number} [maxStdDev]
 * @property {number} [minBlockHeight]
 * @property {number} [maxBlockHeight]
 */

/**
 * @typedef {object} MeasuredBlank
 * @property {boolean} isBlank
 * @property {number} [deviation] Of the gray values, where the method measures it.
 */

/** @typedef {{angle?: number, area?: Rect, isBlank?: boolean, deviation?: number}} Measured */

/**
 * @typedef {object} OpenResult Of `session.open`.
 * @property {number} protocol
 * @property {Service} service
 * @property {string} session
 * @property {string} holder
 * @property {string} base
 * @property {'new' | 'resumed' | 'unknown' | 'elsewhere'} outcome
 * @property {BufferState} buffer
 */

export {};
