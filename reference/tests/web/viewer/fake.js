// A session without a service: the public interface that the viewer uses, in memory.
//
// Calls answer later, as a service does, and are written down in `calls`. `refuse` makes
// the next one fail; with `hold`, edits stop after their first page until they are
// cancelled. `deviation` is what every page has.

const later = () => new Promise((done) => setTimeout(done));

class FakeBuffer extends EventTarget {
  images = [];
  current = null;
  selected = [];
  visible = null;
  canUndo = false;
  canRedo = false;
  calls = [];
  refuse = '';
  #past = [];
  #future = [];

  constructor(count) {
    super();
    this.images = Array.from({ length: count }, (_, at) => page(at));
    this.current = this.images[0]?.id ?? null;
  }

  url(image, { width = 0, height = 0 } = {}) {
    const size = width ? `&width=${width}&height=${height}` : '';
    const own = `w=${image.widthPx}&h=${image.heightPx}&v=${image.version}`;
    return new URL(`/image/${image.id}?${own}${size}`, location.href).href;
  }

  async setCurrent(id) {
    await this.said('setCurrent', id);
    this.change({ current: id });
  }

  async select(ids) {
    await this.said('select', ids);
    this.change({ selected: ids });
  }

  async move(ids, at) {
    await this.said('move', ids, at);
    this.#remember();
    const isMoved = ({ id }) => ids.includes(id);
    const stays = (image) => !isMoved(image);
    this.change({
      images: [
        ...this.images.slice(0, at).filter(stays),
        ...ids.map((id) => this.images.find((image) => image.id === id)),
        ...this.images.slice(at).filter(stays),
      ],
    });
  }

  async remove(ids) {
    await this.said('remove', ids);
    this.#remember();
    const images = this.images.filter(({ id }) => !ids.includes(id));
    const at = this.images.findIndex(({ id }) => id === this.current);
    const isGone = ids.includes(this.current);
    const next = images[Math.min(at, images.length - 1)]?.id ?? null;
    const selected = this.selected.filter((id) => !ids.includes(id));
    this.change({ images, selected, current: isGone ? next : this.current });
  }

  async undo() {
    await this.said('undo');
    this.#exchange(this.#past, this.#future);
  }

  async redo() {
    await this.said('redo');
    this.#exchange(this.#future, this.#past);
  }

  async copyToClipboard(...what) {
    await this.said('copy', ...what);
  }

  async cut(...what) {
    await this.said('cut', ...what);
  }

  edit(ids, change) {
    this.#remember();
    const edited = (image) => ({ ...image, ...change(image), version: image.version + 1 });
    this.change({
      images: this.images.map((image) => (ids.includes(image.id) ? edited(image) : image)),
    });
  }

  change(members) {
    Object.assign(this, members);
    this.images = Object.freeze([...this.images]);
    this.canUndo = this.#past.length > 0;
    this.canRedo = this.#future.length > 0;
    this.dispatchEvent(new CustomEvent('change', { detail: members }));
  }

  async said(...call) {
    this.calls.push(call);
    await later();
    const reason = this.refuse;
    this.refuse = '';
    if (reason) throw new Error(reason);
  }

  #remember() {
    this.#past.push([this.images, this.current]);
    this.#future = [];
  }

  #exchange(from, to) {
    const state = from.pop();
    if (state === undefined) return;
    to.push([this.images, this.current]);
    this.change({ images: state[0], current: state[1] });
  }
}

export class FakeSession extends EventTarget {
  constructor(count) {
    super();
    this.buffer = new FakeBuffer(count);
    this.edit = {
      apply: (ids, edit, options) => this.#apply(ids, edit, options),
      measureBlank: (id, test) => this.#measureBlank(id, test),
    };
  }

  hold = false;
  deviation = 0.25;

  async #measureBlank(id, { signal, onprogress, ...test }) {
    await this.buffer.said('blank', id, test);
    if (test.method === 'blocks') return { isBlank: false };
    return { isBlank: this.deviation <= test.maxStdDev, deviation: this.deviation };
  }

  async #apply(ids, edit, { signal, onprogress } = {}) {
    await this.buffer.said('edit', ids, edit);
    signal?.throwIfAborted();
    onprogress?.({ done: 1, total: ids.length });
    if (this.hold) await new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
    });
    this.buffer.edit(ids, (image) => {
      const { widthPx, heightPx } = image;
      if (edit.kind === 'crop')
        return { widthPx: edit.right - edit.left, heightPx: edit.bottom - edit.top };
      if (edit.kind === 'resize') return { widthPx: edit.width, heightPx: edit.height };
      const isTurned = edit.kind === 'rotate' && Math.abs(edit.angle) === 90;
      return isTurned ? { widthPx: heightPx, heightPx: widthPx } : {};
    });
  }
}

function page(at) {
  const isWide = at % 5 === 4;
  return Object.freeze({
    id: at.toString(16).padStart(12, '0'),
    version: 1,
    path: `images/${at}`,
    widthPx: isWide ? 3508 : 2480,
    heightPx: isWide ? 2480 : 3508,
    pixelType: 'colour',
    bits: 8,
    resolutionDpi: [300, 300],
    bytes: 26_099_520,
    tags: at % 7 === 2 ? ['invoice', '2024'] : [],
  });
}
