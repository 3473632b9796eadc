// What the package is for TypeScript: what the comments of the modules say, and the events.

import type { Buffer } from "./types/buffer.js";
import type { HeldDocument, Scanwright } from "./types/session.js";
import type { Change, Image } from "./types/types.js";

export * from "./types/index.js";

/** Events of the session, and their `detail`. */
export interface ScanwrightEvents {
  disconnected: { reason: string };
  reconnected: { outcome: Scanwright["outcome"] };
  lost: {
    images: readonly Image[];
    documents: readonly HeldDocument[];
    reason: "service-restarted" | "session-ended";
  };
  disklow: { freeBytes: number; neededBytes: number };
  stopping: null;
}

/** Events of the buffer, and their `detail`. */
export interface BufferEvents {
  change: Change;
}

type Listener<Target, Detail> =
  | ((this: Target, event: CustomEvent<Detail>) => void)
  | { handleEvent(event: CustomEvent<Detail>): void };

type Added = boolean | AddEventListenerOptions;
type Removed = boolean | EventListenerOptions;
type AnyListener = EventListenerOrEventListenerObject | null;

declare module "./types/session.js" {
  interface Scanwright {
    addEventListener<Name extends keyof ScanwrightEvents>(
      type: Name,
      listener: Listener<Scanwright, ScanwrightEvents[Name]>,
      options?: Added,
    ): void;
    addEventListener(type: string, listener: AnyListener, options?: Added): void;
    removeEventListener<Name extends keyof ScanwrightEvents>(
      type: Name,
      listener: Listener<Scanwright, ScanwrightEvents[Name]>,
      options?: Removed,
    ): void;
    removeEventListener(type: string, listener: AnyListener, options?: Removed): void;
  }
}

declare module "./types/buffer.js" {
  interface Buffer {
    addEventListener<Name extends keyof BufferEvents>(
      type: Name,
      listener: Listener<Buffer, BufferEvents[Name]>,
      options?: Added,
    ): void;
    addEventListener(type: string, listener: AnyListener, options?: Added): void;
    removeEventListener<Name extends keyof BufferEvents>(
      type: Name,
      listener: Listener<Buffer, BufferEvents[Name]>,
      options?: Removed,
    ): void;
    removeEventListener(type: string, listener: AnyListener, options?: Removed): void;
  }
}
