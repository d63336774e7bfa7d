/* Which columns the results have, and a filter of one column: both by mouse and by keyboard. */
(function () {
    "use strict";
    const candidates = window.spectrolabe.candidates;
    const { el } = candidates;

    const titleOf = (name) => (name === "window" ? candidates.state.about.window_title : candidates.titleOf(name));

    candidates.acts.columns = function () {
        const grid = candidates.grid;
        const search = el("input", { type: "search", class: "form-control", placeholder: "Find a field", "aria-label": "Find a field", autocomplete: "off" });
        const list = el("div", { class: "candidates-fields" });
        const usual = candidates.button("As at first", { kind: "plain" }, () => (grid.forgetWidths(), draw()));
        candidates.dialog("Columns", el("div", {}, el("p", { class: "candidates-why" }, "Heads can also be dragged: aside to move, at their edge to widen."), search, list), usual);

        function draw(focusOn) {
            const shown = grid.shown();
            const all = ["window", ...candidates.state.about.fields.map((one) => one.name)].filter((name) => name !== "window" || candidates.state.about.has_spectra);
            const text = search.value.trim().toLowerCase();
            const names = [...shown, ...all.filter((name) => !shown.includes(name))].filter((name) => `${name} ${titleOf(name)}`.toLowerCase().includes(text));
            candidates.fill(list, ...names.map((name) => row(name, shown)));
            const again = focusOn && list.querySelector(`[data-focus="${CSS.escape(focusOn)}"]`);
            if (again) again.focus();
        }

        function row(name, shown) {
            const at = shown.indexOf(name);
            const isFixed = name === "id";
            const box = el("input", { type: "checkbox", class: "form-check-input", disabled: isFixed, "data-focus": `${name}/box` });
            box.checked = at >= 0;
            box.addEventListener("change", () => set(box.checked ? [...shown, name] : shown.filter((one) => one !== name), `${name}/box`));
            const move = (by) => () => {
                const moved = shown.filter((one) => one !== name);
                moved.splice(at + by, 0, name);
                set(moved, `${name}/${by}`);
            };
            const isPinned = grid.isPinned(name);
            const pin = candidates.iconButton(isPinned ? "pin-off" : "pin", `${isPinned ? "Unpin" : "Pin"} ${titleOf(name)}`, () => (grid.pin(name, !isPinned), draw(`${name}/pin`)), { "data-focus": `${name}/pin`, "aria-pressed": String(isPinned), disabled: isFixed });
            const up = candidates.iconButton("chevron-up", `Move ${titleOf(name)} up`, move(-1), { "data-focus": `${name}/-1`, disabled: isFixed || at < 2 });
            const down = candidates.iconButton("chevron-down", `Move ${titleOf(name)} down`, move(1), { "data-focus": `${name}/1`, disabled: isFixed || at === shown.length - 1 });
            const tools = at >= 0 ? [pin, up, down] : [];
            return el("div", { class: "candidates-column" }, el("label", {}, box, el("span", {}, titleOf(name)), el("span", { class: "mono quiet" }, name === "window" ? "" : name)), ...tools);
        }

        function set(names, focusOn) {
            grid.setColumns(names);
            draw(focusOn);
        }
        search.addEventListener("input", () => draw());
        draw();
    };

    /* ---------------------------------------------------------------- filter of a column */

    const KINDS = {
        string: [["is", "is"], ["begins", "begins with"], ["words", "has the words"], ["exists", "has a value"], ["missing", "has no value"]],
        number: [["between", "is between"], ["is", "is"], ["exists", "has a value"], ["missing", "has no value"]],
        boolean: [["true", "is yes"], ["false", "is no"], ["exists", "has a value"], ["missing", "has no value"]],
    }; // prettier-ignore

    candidates.filterColumn = function (name) {
        const field = candidates.fieldOf(name);
        if (!field) return;
        const isText = field.type === "string";
        const kinds = KINDS[isText || field.type === "boolean" ? field.type : "number"];
        const kind = el("select", { class: "form-select", "aria-label": "How" }, ...kinds.map(([value, words]) => el("option", { value }, words)));
        const input = (words) => el("input", { class: "form-control", "aria-label": words, placeholder: words, autocomplete: "off" });
        const value = input("Value");
        const low = input(field.type === "time" ? "from, such as 2013-02-18" : "from");
        const high = input("to");
        const classes = candidates.isClassField(name) ? el("select", { class: "form-select", "aria-label": "Class" }, ...candidates.classes().map((one) => el("option", { value: one.class_id }, one.name))) : null;
        const place = el("div", { class: "candidates-filter-values" });
        const error = el("div", { class: "field-error", role: "alert" });
        const draw = () => candidates.fill(place, ...(kind.value === "between" ? [low, high] : kind.value === "is" && classes ? [classes] : ["is", "begins", "words"].includes(kind.value) ? [value] : []));
        kind.addEventListener("change", draw);
        const leaf = () => ({ field: name, op: kind.value, value: kind.value === "is" && classes ? classes.value : value.value, low: low.value, high: high.value });
        const go = async function (event) {
            event.preventDefault();
            try {
                const { q } = await candidates.ask("query", candidates.question({ edit: { kind: "leaf", leaf: leaf() } }));
                dialog.close();
                candidates.find({ q });
            } catch (refused) {
                error.textContent = refused.message;
            }
        };
        const chips = candidates.state.chips.map((one, number) => ({ ...one, number })).filter((one) => one.field === name);
        const drop = chips.length ? candidates.button("Remove its filter", { kind: "plain" }, () => (dialog.close(), candidates.edit({ kind: "drop", number: chips[0].number }))) : null;
        const form = el("form", { class: "candidates-filter" }, kind, place, error, el("button", { type: "submit", hidden: true }));
        form.addEventListener("submit", go);
        const dialog = candidates.dialog(`Filter ${field.title}`, form, drop, candidates.button("Add to the search", { kind: "primary" }, go));
        const [chip] = chips;
        if (chip && chip.kind === "range") [low.value, high.value] = [chip.low, chip.high].map((one) => (one === null ? "" : field.type === "time" ? new Date(one).toISOString() : String(one)));
        draw();
        (place.querySelector("input, select") || kind).focus();
    };
})();
