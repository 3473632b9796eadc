// <scanwright-editor>: the current page with the tools that change it.
//
// Most tools are edits by the service, which undo takes back. What is shown before one
// is applied (angle, tones, threshold, rectangle) changes nothing. While a panel is open,
// the attribute `tool` has its name.

import { AreaTool } from './area.js';
import { make } from './dom.js';
import { ViewerElement } from './element.js';
import { Panel } from './panel.js';
import { fromFields, toFields } from './rectangle.js';
import { enable, iconButton, toolbar } from './toolbar.js';
import { GROUPS, TOOLS } from './tools.js';
import { ScanwrightView } from './view.js';
import { Work } from './work.js';

/** @typedef {import('./tools.js').Tool} Tool */
/** @typedef {import('./tools.js').ToolName} ToolName */
/** @typedef {import('./tools.js').FieldValues} FieldValues */
/** @typedef {import('./types.js').ViewerImage} ViewerImage */
/** @typedef {import('./types.js').WorkOptions} WorkOptions */

/** A tool whose panel is open, on the page that it was opened for. */
/** @typedef {{name: ToolName, tool: Tool, panel: Panel, image: ViewerImage, area: AreaTool | null}} Open */

export class ScanwrightEditor extends ViewerElement {
  /** @type {Open | null} */
  #open = null;
  #work = new Work(this, (isBusy) => this.#bar.setAttribute('aria-busy', String(isBusy)));
  /** @type {Map<ToolName, HTMLButtonElement>} */
  #buttons = new Map();
  #undo = make('button');
  #redo = make('button');
  #all = make('button');
  #bar = make('div');
  #place = make('div');

  /** Where the page is shown. @type {ScanwrightView} */
  view = new ScanwrightView();

  constructor() {
    super();
    this.view.addEventListener('viewchange', () => this.#viewChanged());
    this.addEventListener('keydown', (event) => this.#key(event));
  }

  /** @override */
  build() {
    this.close();
    this.#undo = iconButton('undo', this.text('undo'), () => this.#history('undo'));
    this.#redo = iconButton('redo', this.text('redo'), () => this.#history('redo'));
    this.#all = iconButton('allSelected', '', () => this.#toggleAll());
    this.#all.setAttribute('aria-pressed', 'false');
    const groups = GROUPS.map((names) => names.map((name) => this.#button(name)));
    const history = [this.#undo, this.#redo];
    const parts = [history, ...groups, [this.#all], this.#work.build()];
    this.#bar = toolbar(this.text('tools'), parts);
    this.#work.show();
    this.#place = make('div', { class: 'place' });
    this.view.texts = this.texts;
    this.#bar.hidden = this.readOnly;
    return [this.#bar, this.#place, this.view];
  }

  /** @override */
  update() {
    const { session } = this;
    if (this.view.session !== session) this.view.session = session;
    const buffer = session?.buffer;
    const has = (buffer?.images.length ?? 0) > 0;
    const isFixed = this.isFixed;
    for (const button of this.#buttons.values()) enable(button, has && !isFixed);
    enable(this.#undo, !isFixed && (buffer?.canUndo ?? false));
    enable(this.#redo, !isFixed && (buffer?.canRedo ?? false));
    const count = buffer?.selected.length ?? 0;
    this.#all.hidden = count < 2;
    this.#all.title = this.text('allSelected', { count });
    this.#all.setAttribute('aria-label', this.#all.title);
    this.#viewChanged();
  }

  /** @override */
  leave() {
    this.close();
  }

  /** Whether edits count for all selected pages. */
  get isForSelected() {
    return !this.#all.hidden && this.#all.getAttribute('aria-pressed') === 'true';
  }

  /**
   * Use a tool: edits at once, or opens its panel.
   *
   * @param {ToolName} name
   */
  use(name) {
    const tool = /** @type {Tool} */ (TOOLS[name]);
    const { image } = this.view;
    const wasOpen = this.#open?.name === name;
    this.close();
    if (image === null || this.isFixed || wasOpen) return;
    if (tool.fields === undefined) this.#apply(name, {});
    else this.#openPanel(name, tool, image);
  }

  /** Leave the tool that is open; nothing is changed. */
  close() {
    const open = this.#open;
    if (open === null) return;
    this.#open = null;
    this.removeAttribute('tool');
    const hadFocus = open.panel.element.contains(this.root.activeElement);
    open.area?.leave();
    open.panel.element.remove();
    this.view.preview();
    const button = this.#buttons.get(open.name);
    button?.setAttribute('aria-expanded', 'false');
    button?.removeAttribute('aria-controls');
    if (hadFocus || open.area !== null) button?.focus();
  }

  /** @param {ToolName} name */
  #button(name) {
    const button = iconButton(name, this.text(name), () => this.use(name));
    if (/** @type {Tool} */ (TOOLS[name]).fields) button.setAttribute('aria-expanded', 'false');
    this.#buttons.set(name, button);
    return button;
  }

  /**
   * @param {ToolName} name
   * @param {Tool} tool
   * @param {ViewerImage} image
   */
  #openPanel(name, tool, image) {
    const panel = new Panel({
      title: this.text(name),
      confirm: this.text(tool.answers ? 'test' : 'apply'),
      fields: tool.fields?.(image) ?? [],
      text: this.text,
      changed: (values, field) => this.#changed(values, field),
      apply: (values) => this.#confirm(values),
      cancel: () => this.close(),
    });
    this.#place.append(panel.element);
    this.#open = { name, tool, panel, image, area: null };
    this.setAttribute('tool', name);
    if (tool.draws) this.#open.area = this.#draw(panel, image);
    const button = this.#buttons.get(name);
    button?.setAttribute('aria-expanded', 'true');
    button?.setAttribute('aria-controls', 'panel');
    panel.focus();
  }

  /**
   * @param {Panel} panel
   * @param {ViewerImage} image
   */
  #draw(panel, image) {
    const size = { width: image.widthPx, height: image.heightPx };
    const ground = {
      overlay: this.view.overlay,
      scale: () => this.view.scale,
      size,
      text: this.text,
      changed: (/** @type {import('./types.js').Area} */ area) => {
        panel.values = toFields(area);
      },
    };
    const area = new AreaTool(ground, fromFields(/** @type {any} */ (panel.values), size));
    area.fill = panel.values['fill'];
    return area;
  }

  /**
   * @param {FieldValues} values
   * @param {string} field
   */
  #changed(values, field) {
    const open = this.#open;
    if (open === null) return;
    const related = open.tool.relate?.(values, field, open.image);
    if (related) open.panel.values = related;
    if (open.area) {
      const size = { width: open.image.widthPx, height: open.image.heightPx };
      open.area.area = fromFields(/** @type {any} */ (values), size);
      open.area.fill = values['fill'];
    }
    this.view.preview(open.tool.preview?.(values));
  }

  /** @param {FieldValues} values */
  #confirm(values) {
    const open = this.#open;
    if (open === null) return;
    // The rectangle lies within the page, whatever was typed.
    const drawn = open.area ? toFields(open.area.area) : {};
    if (!open.tool.answers) this.close();
    this.#apply(open.name, { ...values, ...drawn });
  }

  /**
   * @param {ToolName} name
   * @param {FieldValues} values
   */
  #apply(name, values) {
    const { image } = this.view;
    const { session } = this;
    if (image === null || session === null) return;
    const { act, edit } = /** @type {Tool} */ (TOOLS[name]);
    const tool = this.text(name);
    const ids = this.isForSelected ? [...session.buffer.selected] : [image.id];
    /** @param {WorkOptions} options */
    const call = async (options) => {
      if (edit) return session.edit.apply(ids, edit(values, image), options);
      const answer = await act?.(session, image, values, options);
      return answer && this.#answer(answer(this.text), image);
    };
    this.#work.add(call, tool, this.text('done', { tool }));
  }

  /**
   * Show what a tool has found out, where its panel is still open.
   *
   * @param {string} words
   * @param {ViewerImage} image
   */
  #answer(words, image) {
    const open = this.#open;
    if (open?.tool.answers && open.image.id === image.id) open.panel.answer = words;
    return words;
  }

  /** @param {'undo' | 'redo'} what */
  #history(what) {
    const { session } = this;
    if (session === null) return;
    this.close();
    const said = this.text(what === 'undo' ? 'undone' : 'redone');
    this.#work.add(() => session.buffer[what](), this.text(what), said);
  }

  #toggleAll() {
    const isPressed = this.#all.getAttribute('aria-pressed') === 'true';
    this.#all.setAttribute('aria-pressed', String(!isPressed));
  }

  #viewChanged() {
    const open = this.#open;
    if (open === null) return;
    const { image } = this.view;
    // Another page, or the same one after an edit: what was entered is not for it.
    const isSame = image?.id === open.image.id && image.version === open.image.version;
    if (isSame) open.area?.place();
    else this.close();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const origin = /** @type {HTMLElement} */ (event.composedPath()[0]);
    const isTyping = origin instanceof HTMLInputElement || origin instanceof HTMLSelectElement;
    if (event.key === 'Escape' && this.#open !== null) {
      event.preventDefault();
      event.stopPropagation();
      return this.close();
    }
    if (event.key === 'Enter' && origin.classList.contains('area')) {
      event.preventDefault();
      return this.#open?.panel.element.requestSubmit();
    }
    if (this.readOnly || isTyping || !(event.ctrlKey || event.metaKey)) return;
    this.undoByKey(event);
  }

  /**
   * Ctrl+Z, Ctrl+Y and Ctrl+Shift+Z, for whoever has the focus beside the editor.
   *
   * @param {KeyboardEvent} event
   */
  undoByKey(event) {
    const key = event.key.toLowerCase();
    if (key !== 'z' && key !== 'y') return;
    event.preventDefault();
    event.stopPropagation();
    const isUndo = key === 'z' && !event.shiftKey;
    const button = isUndo ? this.#undo : this.#redo;
    if (button.getAttribute('aria-disabled') !== 'true') this.#history(isUndo ? 'undo' : 'redo');
  }
}
