/* Cells of the table: made of elements and text, never of HTML. And the filter that offers a column's values.
 *
 *   label.gridCells.Answer, .Spectrum, .Card, .Picture, .Kind   renderers of ag-grid
 *   label.gridCells.Picker, .Writer                      editors: the answers to choose from; a comment
 *   label.gridCells.Choice                               a filter: which values are shown
 */
(function () {
    "use strict";
    const label = window.spectrolabe.label;
    const { el } = label;
    const WIDTH = 132;
    const HEIGHT = 32;

    /* ag-grid takes a class with getGui for one of its own, whatever the framework around it. */
    class Cell {
        init(params) {
            this.gui = el("span", { class: "label-grid-cell" });
            this.draw(params);
        }
        getGui() {
            return this.gui;
        }
        refresh(params) {
            this.draw(params);
            return true;
        }
    }

    const quiet = (text, title) => el("span", { class: "quiet", title }, text);
    const ofKey = (key) => (key && key.startsWith("class:") ? label.classOf(key.slice(6)) : null);

    /* A class by shape and name, or unsure, bad data, skipped; also what the network says. */
    class Answer extends Cell {
        draw({ value, valueFormatted, hidden, data }) {
            const why = hidden && data ? hidden(data) : "";
            const one = ofKey(value);
            if (why) this.gui.replaceChildren(quiet("hidden", why));
            else if (!value) this.gui.replaceChildren(quiet("—"));
            else this.gui.replaceChildren(...(one ? [label.mark(one)] : []), el("span", { class: value === "skipped" ? "quiet" : null }, valueFormatted || value));
        }
    }

    const nameOf = (value, why) => (why ? [label.icon("eye-off"), quiet("Name hidden", why)] : [el("span", { class: "mono", title: value }, value)]);

    class Spectrum extends Cell {
        draw({ value, data, hidden }) {
            this.gui.replaceChildren(...nameOf(value, hidden(data)));
        }
    }

    /* The spectrum on a phone, in two lines: its name, and what is known of it. */
    class Card extends Cell {
        draw({ value, data, hidden, about }) {
            const why = hidden(data);
            const name = nameOf(why ? value : label.shortId(value), why);
            const text = about(data);
            this.gui.className = "label-grid-card";
            this.gui.replaceChildren(el("span", { class: "label-grid-card-name" }, ...name), el("span", { class: "label-grid-card-about", title: text }, text));
        }
    }

    class Kind extends Cell {
        draw({ value, valueFormatted }) {
            this.gui.className = `label-grid-cell kind-${value}`;
            this.gui.replaceChildren(label.icon(label.KIND_ICONS[value] || "target"), el("span", {}, valueFormatted));
        }
    }

    /* The window at a glance; every row has the same axis. */
    class Picture extends Cell {
        draw({ thumb, range, data }) {
            const values = thumb(data);
            if (!values) return this.gui.replaceChildren(quiet("—"));
            const [low, high] = range();
            const y = (value) => (HEIGHT - 2 - ((HEIGHT - 4) * (Math.min(high, Math.max(low, value)) - low)) / (high - low || 1)).toFixed(1);
            const x = (k) => ((k * WIDTH) / (values.length - 1 || 1)).toFixed(1);
            const path = values.map((value, k) => (Number.isFinite(value) ? `${k ? "L" : "M"}${x(k)} ${y(value)}` : "")).join("");
            const picture = label.svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, width: WIDTH, height: HEIGHT, class: "label-grid-picture", "aria-hidden": "true" });
            picture.append(label.svg("path", { d: path }));
            return this.gui.replaceChildren(picture);
        }
    }

    /* Above the cell; a screen reader hears what it is. */
    class Popup {
        getGui() {
            return this.gui;
        }
        isPopup() {
            return true;
        }
        named(name) {
            const around = this.gui.closest("[role='dialog']");
            if (around) around.setAttribute("aria-label", name);
        }
        end(isCanceled) {
            const { api, rowIndex, column } = this.params;
            api.stopEditing(isCanceled);
            api.setFocusedCell(rowIndex, column);
        }
    }

    /* The answers to choose from. Only a choice says something: an editor that is left says nothing. */
    class Picker extends Popup {
        init(params) {
            this.params = params;
            this.picked = null;
            this.gui = el("div", { class: "label-grid-picker", role: "group", "aria-label": this.name() }, params.answers(params.data).map(([key, word]) => this.button(key, word)));
            this.gui.addEventListener("keydown", (event) => this.typed(event));
        }
        name() {
            return this.params.about || "Label";
        }
        button(key, word) {
            const one = ofKey(key);
            const made = el("button", { type: "button", class: "button button-plain", "aria-pressed": String(key === String(this.params.value)) }, one ? label.mark(one) : null, word);
            made.addEventListener("click", () => {
                this.picked = key;
                this.end(false);
            });
            return made;
        }
        typed(event) {
            const buttons = [...this.gui.children];
            const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
            if (by) {
                buttons[(buttons.indexOf(document.activeElement) + by + buttons.length) % buttons.length].focus();
                event.preventDefault();
            }
            if (by || event.key === "Enter" || event.key === " ") event.stopPropagation(); // the button takes Enter
        }
        getValue() {
            return this.picked;
        }
        isCancelAfterEnd() {
            return this.picked === null;
        }
        afterGuiAttached() {
            this.named(this.name());
            (this.gui.querySelector("[aria-pressed='true']") || this.gui.firstChild).focus();
        }
    }

    /* Enter saves, Shift+Enter begins a line, Escape leaves it as it was; what was written is kept on a click elsewhere. */
    class Writer extends Popup {
        init(params) {
            this.params = params;
            this.gui = el("textarea", { class: "form-control label-grid-writer", rows: "3", maxlength: params.longest, "aria-label": "Comment" });
            this.gui.value = (params.eventKey && params.eventKey.length === 1 ? params.eventKey : params.value) || "";
            this.gui.addEventListener("keydown", (event) => this.typed(event));
        }
        typed(event) {
            if (event.key === "Escape" || event.key === "Tab") return;
            event.stopPropagation(); // arrows, Home and End move in the text
            if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
            event.preventDefault();
            this.end(false);
        }
        getValue() {
            return this.gui.value;
        }
        afterGuiAttached() {
            this.named("Comment");
            this.gui.focus();
            this.gui.setSelectionRange(this.gui.value.length, this.gui.value.length);
        }
    }

    /* Which of the values of a column are shown; none chosen away, it is off. */
    class Choice {
        init(params) {
            this.params = params;
            this.left = new Set(); // values that are left out
            this.gui = el("div", { class: "label-grid-choice" });
            this.draw();
        }
        getGui() {
            return this.gui;
        }
        values() {
            const found = new Set();
            this.params.api.forEachLeafNode((node) => found.add(this.valueOf(node)));
            const words = [...found].map((value) => [value, this.word(value)]);
            return words.sort((a, b) => !a[0] - !b[0] || a[1].localeCompare(b[1]));
        }
        valueOf(node) {
            const value = this.params.getValue(node);
            return value === null || value === undefined ? "" : String(value);
        }
        word(value) {
            return this.params.wordOf ? this.params.wordOf(value) : value || "none";
        }
        draw() {
            const boxes = this.values().map(([value, word]) => {
                const box = el("input", { type: "checkbox", class: "form-check-input" });
                box.checked = !this.left.has(value);
                box.addEventListener("change", () => this.turn(value, box.checked));
                return el("label", { class: "label-column" }, box, el("span", {}, word));
            });
            const all = el("button", { type: "button", class: "button button-plain button-small" }, "All");
            const none = el("button", { type: "button", class: "button button-plain button-small" }, "None");
            all.addEventListener("click", () => this.set([]));
            none.addEventListener("click", () => this.set(this.values().map(([value]) => value)));
            this.gui.replaceChildren(el("div", { class: "tools" }, all, none), ...boxes);
        }
        turn(value, isShown) {
            if (isShown) this.left.delete(value);
            else this.left.add(value);
            this.params.filterChangedCallback();
        }
        set(left) {
            this.left = new Set(left);
            this.draw();
            this.params.filterChangedCallback();
        }
        isFilterActive() {
            return this.left.size > 0;
        }
        doesFilterPass({ node }) {
            return !this.left.has(this.valueOf(node));
        }
        getModel() {
            return this.left.size ? { left: [...this.left] } : null;
        }
        setModel(model) {
            this.left = new Set(model ? model.left : []);
            this.draw();
        }
        afterGuiAttached() {
            this.draw();
            const first = this.gui.querySelector("input, button");
            if (first) first.focus();
        }
        destroy() {}
    }

    label.gridCells = { Answer, Spectrum, Card, Kind, Picture, Picker, Writer, Choice, ofKey };
})();
