/* Cells of the results: made of elements and text, never of HTML. And the head of a column, with its filter.
 *
 *   candidates.cells.Choice, .Name, .Picture, .Class, .Text, .Card    renderers of ag-grid
 *   candidates.cells.Head                                             head: sorts; Alt and arrow down filters
 */
(function () {
    "use strict";
    const candidates = window.spectrolabe.candidates;
    const { el, svg } = candidates;
    const HEIGHT = 34;

    /* ag-grid takes a class with getGui for one of its own, whatever the framework around it. */
    class Cell {
        init(params) {
            this.gui = el("span", { class: "candidates-cell" });
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
    const HIDDEN = "Member of the random sample that measures the network: it is labeled blind first, on the page Label.";
    const isHidden = (data, field) => Boolean(data && data.is_blind && candidates.state.about.blind.includes(field));

    class Choice extends Cell {
        draw({ data, api, node }) {
            if (!data) return this.gui.replaceChildren();
            const box = el("input", { type: "checkbox", class: "form-check-input", tabindex: "-1", "aria-label": `Choose ${data.id}` });
            box.checked = candidates.chosen.has(data);
            box.addEventListener("click", function (event) {
                event.stopPropagation();
                candidates.chosen.set(data, box.checked, event.shiftKey, node.rowIndex, api);
            });
            return this.gui.replaceChildren(box);
        }
    }

    class Name extends Cell {
        draw({ value, data }) {
            this.gui.classList.add("mono");
            this.gui.replaceChildren(data ? el("span", { title: `${value}, ${data.index}` }, value) : el("span", { class: "skeleton-line" }));
        }
    }

    class Class extends Cell {
        draw({ value, data, field }) {
            if (!data) return this.gui.replaceChildren();
            if (isHidden(data, field)) return this.gui.replaceChildren(quiet("hidden", HIDDEN));
            const answer = field === "@label" && !value ? data["@answer"] : null;
            if (answer) return this.gui.replaceChildren(el("span", { class: "secondary" }, { bad: "bad data", skip: "skipped" }[answer] || answer));
            if (!value) return this.gui.replaceChildren(quiet("—"));
            return this.gui.replaceChildren(candidates.mark(candidates.classOf(value)), el("span", {}, candidates.wordOf(field, value)));
        }
    }

    class Text extends Cell {
        draw({ value, data, field, words }) {
            if (!data) return this.gui.replaceChildren();
            if (isHidden(data, field)) return this.gui.replaceChildren(quiet("hidden", HIDDEN));
            const text = value === null || value === undefined || value === "" ? null : words ? words(value) : candidates.wordOf(field, value);
            return this.gui.replaceChildren(text === null ? quiet("—") : el("span", { title: typeof value === "string" ? value : null }, text));
        }
    }

    /* The window at a glance; every row has the same axes. */
    function picture(id, width) {
        const { values, range } = candidates.thumbs.peek(id);
        if (values === undefined) return el("span", { class: "skeleton-line" });
        if (!values) return quiet("—", "No spectrum of this id in the pool");
        const [low, high] = range;
        const y = (value) => (HEIGHT - 3 - ((HEIGHT - 6) * (Math.min(high, Math.max(low, value)) - low)) / (high - low || 1)).toFixed(1);
        const x = (k) => ((k * width) / (values.length - 1 || 1)).toFixed(1);
        let pen = "M";
        const path = values.map((value, k) => {
            if (value === null) return (pen = "M") && "";
            const part = `${pen}${x(k)} ${y(value)}`;
            pen = "L";
            return part;
        }).join(""); // prettier-ignore
        return svg("svg", { class: "candidates-picture", width, height: HEIGHT, viewBox: `0 0 ${width} ${HEIGHT}`, "aria-hidden": "true" }, svg("path", { d: path }));
    }

    class Picture extends Cell {
        init(params) {
            super.init(params);
            this.off = candidates.thumbs.listen(() => this.params && this.params.data && candidates.thumbs.peek(this.params.data.id).values !== undefined && this.draw(this.params));
        }
        draw(params) {
            this.params = params;
            if (!params.data) return this.gui.replaceChildren();
            return this.gui.replaceChildren(picture(params.data.id, Math.max(params.column.getActualWidth() - 22, 40)));
        }
        destroy() {
            this.off();
            this.params = null;
        }
    }

    /* On narrow screens a row is a card: picture, id, probability, class. */
    class Card extends Picture {
        draw(params) {
            this.params = params;
            const { data } = params;
            if (!data) return this.gui.replaceChildren();
            const p = data["@p_candidate"];
            const predicted = data["@predicted"];
            const isBlind = data.is_blind;
            const said = data["@label"] ? [candidates.mark(candidates.classOf(data["@label"])), candidates.wordOf("@label", data["@label"])] : [];
            const guess = isBlind ? ["hidden"] : predicted ? [candidates.mark(candidates.classOf(predicted)), candidates.wordOf("@predicted", predicted)] : ["—"];
            this.gui.className = "candidates-card-row";
            return this.gui.replaceChildren(
                picture(data.id, 84),
                el("span", { class: "candidates-card-words" }, el("span", { class: "mono candidates-card-id" }, data.id), el("span", { class: "candidates-card-class" }, ...(said.length ? [...said, " · you"] : guess))),
                el("span", { class: "candidates-card-p" }, !isBlind && Number.isFinite(p) ? p.toFixed(3) : "")
            );
        }
    }

    /* ---------------------------------------------------------------- heads */

    class Head {
        init(params) {
            this.params = params;
            const { field } = params;
            this.arrow = el("span", { class: "head-arrow", "aria-hidden": "true" });
            this.name = el("span", { class: "head-name" }, params.displayName);
            this.filter = candidates.iconButton("funnel", `Filter ${params.displayName}`, (event) => (event.stopPropagation(), candidates.filterColumn(field)), { class: "head-filter", tabindex: "-1" });
            this.gui = el("div", { class: `head ${params.isNumber ? "head-number" : ""}`, title: params.tip }, this.name, this.arrow, params.isSortable ? this.filter : null);
            this.gui.addEventListener("click", (event) => params.isSortable && params.progressSort(event.shiftKey));
            this.draw = () => this.mark();
            params.column.addEventListener("sortChanged", this.draw);
            this.mark();
        }
        mark() {
            const sort = this.params.column.getSort();
            this.arrow.textContent = sort === "asc" ? " ↑" : sort === "desc" ? " ↓" : "";
            const isFiltered = candidates.state.chips.some((one) => one.field === this.params.field);
            this.gui.classList.toggle("is-filtered", isFiltered);
        }
        getGui() {
            return this.gui;
        }
        refresh() {
            this.mark();
            return true;
        }
        destroy() {
            this.params.column.removeEventListener("sortChanged", this.draw);
        }
    }

    class AllHead {
        init(params) {
            this.gui = el("div", { class: "head head-choice" });
            this.box = el("input", { type: "checkbox", class: "form-check-input", "aria-label": "Choose all results", tabindex: "-1" });
            this.box.addEventListener("click", () => candidates.chosen.setAll(this.box.checked));
            this.gui.append(this.box);
            this.params = params;
            this.draw = () => {
                const { isAll, isSome } = candidates.chosen.state();
                this.box.checked = isAll;
                this.box.indeterminate = isSome;
            };
            candidates.chosen.heads.add(this.draw);
            this.draw();
        }
        getGui() {
            return this.gui;
        }
        refresh() {
            this.draw();
            return true;
        }
        destroy() {
            candidates.chosen.heads.delete(this.draw);
        }
    }

    candidates.cells = { Choice, Name, Picture, Class, Text, Card, Head, AllHead, isHidden };
})();
