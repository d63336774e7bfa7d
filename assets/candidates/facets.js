/* Facets: what values the results have. Values of one facet are alternatives; a count leaves its own facet out. */
(function () {
    "use strict";
    const candidates = window.spectrolabe.candidates;
    const { el, byId } = candidates;
    const FEW = 6;
    const MORE = 30;
    const parts = new Map(); // field -> {element, values, containing, isMore, histogram}

    const isNumber = (name) => ["number", "integer", "time"].includes((candidates.fieldOf(name) || {}).type) && !candidates.state.about.whole.includes(name);
    const kept = () => `facets-${candidates.state.session || candidates.state.index.join()}`;
    const wanted = () => (candidates.remembered(kept(), null) || candidates.state.about.facets).filter((name) => candidates.fieldOf(name));

    /* ---------------------------------------------------------------- frame */

    function build() {
        const names = wanted();
        parts.forEach((part, name) => !names.includes(name) && close(name));
        const elements = names.map(function (name) {
            if (!parts.has(name)) parts.set(name, isNumber(name) ? slider(name) : values(name));
            return parts.get(name).element;
        });
        candidates.fill("candidates-facets-list", ...elements);
    }

    function close(name) {
        const part = parts.get(name);
        if (part.histogram) part.histogram.destroy();
        parts.delete(name);
    }

    function frame(name, ...children) {
        const id = candidates.nextId("facet");
        const note = el("span", { class: "facet-note" });
        const remove = candidates.iconButton("x", `Take away the filter ${candidates.titleOf(name)}`, () => change(wanted().filter((one) => one !== name)), { class: "facet-remove" });
        const head = el("div", { class: "facet-head" }, el("h3", { id, class: "facet-title", title: name }, candidates.titleOf(name)), note, remove);
        return { element: el("section", { class: "facet", "data-field": name, "aria-labelledby": id }, head, ...children), note };
    }

    function change(names) {
        candidates.remember(kept(), names);
        build();
        refresh();
    }

    /* ---------------------------------------------------------------- values */

    function values(name) {
        const rows = el("div", { class: "facet-rows" });
        const search = el("div", { class: "facet-search", hidden: true });
        const made = { ...frame(name, search, rows), rows, search, containing: "", isMore: false };
        const field = el("input", { type: "search", class: "form-control", placeholder: "B9, em…", "aria-label": `Search in ${candidates.titleOf(name)}`, autocomplete: "off" });
        if (name !== "subclass") field.placeholder = "Search values";
        field.addEventListener("input", candidates.debounce(function () {
            made.containing = field.value.trim();
            refresh(name);
        }, 200)); // prettier-ignore
        search.append(candidates.icon("search"), field);
        return made;
    }

    const chosenOf = (name) => (candidates.chipOf(name, "values") || { values: [] }).values;

    function drawValues(name, found) {
        const part = parts.get(name);
        const chosen = chosenOf(name);
        const isSearched = found.n_values > FEW + 2 || part.containing;
        part.search.hidden = !isSearched;
        part.note.textContent = isSearched ? `${candidates.count(found.n_values)} values` : "";
        const shown = order(name, found, chosen, part);
        const most = part.isMore ? MORE : FEW;
        const rows = shown.slice(0, Math.max(most, chosen.length)).map(([value, count]) => row(name, value, count, chosen));
        const missing = found.n_missing && !part.containing ? row(name, null, found.n_missing, chosen) : null;
        const focused = document.activeElement && part.rows.contains(document.activeElement) ? document.activeElement.dataset.value : null;
        const isMoreThere = found.n_values > FEW && shown.length > FEW;
        const more = isMoreThere ? candidates.button(part.isMore ? "Fewer" : found.n_values > MORE ? `The ${MORE} most frequent` : `All ${candidates.count(found.n_values)}`, { kind: "plain", class: "facet-more" }, () => ((part.isMore = !part.isMore), refresh(name))) : null;
        const none = rows.length || missing ? null : el("p", { class: "facet-none" }, part.containing ? "No value has this within." : "No values among the results.");
        candidates.fill(part.rows, ...rows, missing, more, none);
        if (focused !== null) {
            const again = [...part.rows.querySelectorAll("input")].find((one) => one.dataset.value === focused);
            if (again) again.focus();
        }
    }

    /* Classes in their order, chosen values also where nothing has them any more. */
    function order(name, found, chosen, part) {
        const counts = new Map(found.values.map(([value, count]) => [value, count]));
        if (!part.containing) chosen.forEach((value) => value !== null && !counts.has(value) && counts.set(value, 0));
        if (candidates.isClassField(name)) {
            const ids = candidates.classes().map((one) => one.class_id);
            ids.forEach((id) => !counts.has(id) && counts.set(id, 0));
            const place = (id) => (ids.indexOf(id) + 1 || 99) + (candidates.classOf(id) && candidates.classOf(id).is_candidate ? 0 : 50);
            return [...counts].sort((one, other) => place(one[0]) - place(other[0]));
        }
        return [...counts];
    }

    function row(name, value, count, chosen) {
        const box = el("input", { type: "checkbox", class: "form-check-input", "data-value": JSON.stringify(value) });
        box.checked = chosen.includes(value);
        box.addEventListener("change", async function () {
            const now = box.checked ? [...chosen, value] : chosen.filter((one) => one !== value);
            if (!(await candidates.edit({ kind: "values", field: name, values: now }))) box.checked = chosen.includes(value);
        });
        const one = candidates.isClassField(name) ? candidates.classOf(value) : null;
        const words = value === null ? (name === "@label" ? "unlabeled" : name === "@predicted" ? "not predicted" : "no value") : candidates.wordOf(name, value);
        const text = el("span", { class: value === null ? "facet-word quiet" : "facet-word", title: words }, words);
        return el("label", { class: `facet-row ${one ? "has-mark" : ""}` }, box, one ? candidates.mark(one) : null, text, el("span", { class: "facet-count" }, candidates.count(count)));
    }

    /* ---------------------------------------------------------------- numbers */

    function slider(name) {
        const host = el("div", { class: "facet-histogram" });
        const made = { ...frame(name, host), host };
        made.histogram = new candidates.Histogram(host, {
            isSmall: true,
            margins: { left: 6, right: 6, top: 4, bottom: 16 },
            onMove: (low, high) => (made.note.textContent = rangeWords(name, low, high)),
            onChange: (low, high) => candidates.edit({ kind: "range", field: name, low, high }),
        });
        return made;
    }

    function rangeWords(name, low, high) {
        const isTime = (candidates.fieldOf(name) || {}).type === "time";
        const words = (value) => (isTime ? new Date(value).toISOString().slice(0, 10) : candidates.short(value));
        if (low === null && high === null) return "";
        if (low === null) return `to ${words(high)}`;
        return high === null ? `from ${words(low)}` : `${words(low)} to ${words(high)}`;
    }

    function drawSlider(name, found) {
        const part = parts.get(name);
        const chip = candidates.chipOf(name, "range");
        const low = chip ? chip.low : null;
        const high = chip ? chip.high : null;
        part.note.textContent = found.counts.some(Boolean) ? rangeWords(name, low, high) : "no values";
        const [from, to] = [found.edges[0], found.edges[found.edges.length - 1]];
        part.histogram.draw({
            edges: found.edges, counts: found.counts, low, high, has: { low: true, high: true }, isLog: false, isTime: found.is_time,
            name: candidates.titleOf(name), step: candidates.stepOf(from, to, 200), sentence: `${candidates.titleOf(name)}, ${candidates.short(from)} to ${candidates.short(to)}`,
        }); // prettier-ignore
    }

    /* ---------------------------------------------------------------- asking */

    async function refresh(only) {
        if (!candidates.state.about || !parts.size) return;
        const names = only ? [only] : [...parts.keys()];
        const { signal, isLatest } = candidates.latest(`facets ${only || ""}`);
        const body = {
            values: names.filter((name) => parts.get(name).rows).map((name) => ({ field: name, containing: parts.get(name).containing, size: MORE })),
            ranges: names.filter((name) => parts.get(name).histogram).map((name) => ({ field: name, bins: 30 })),
        };
        byId("candidates-facets-list").classList.add("is-old");
        try {
            const answer = await candidates.ask("facets", candidates.question(body), { signal });
            if (!isLatest()) return;
            answer.values.forEach((one) => parts.has(one.field) && drawValues(one.field, one));
            answer.ranges.forEach((one) => parts.has(one.field) && drawSlider(one.field, one));
            candidates.state.facetsMs = answer.ms;
        } catch (error) {
            if (error.name !== "AbortError" && isLatest()) candidates.emit("trouble", { error });
        }
        if (isLatest()) byId("candidates-facets-list").classList.remove("is-old");
    }

    /* ---------------------------------------------------------------- another field */

    candidates.acts["add-facet"] = function () {
        const known = wanted();
        const fields = candidates.state.about.fields.filter((one) => !known.includes(one.name));
        const search = el("input", { type: "search", class: "form-control", placeholder: "Find a field", "aria-label": "Find a field", autocomplete: "off" });
        const list = el("div", { class: "candidates-fields" });
        const usual = candidates.button("As at first", { kind: "plain" }, () => (dialog.close(), candidates.remember(kept(), null), build(), refresh()));
        const dialog = candidates.dialog("Add a filter", el("div", {}, search, list), usual);
        function draw() {
            const text = search.value.trim().toLowerCase();
            const found = fields.filter((one) => `${one.name} ${one.title} ${one.description}`.toLowerCase().includes(text));
            const rows = found.map((one) => {
                const made = el("button", { type: "button", class: "candidates-field-row" }, el("span", {}, one.title), el("span", { class: "mono quiet" }, one.name), el("span", { class: "quiet" }, one.description || one.type));
                made.addEventListener("click", () => (dialog.close(), change([...known, one.name])));
                return made;
            });
            candidates.fill(list, ...(rows.length ? rows : [el("p", { class: "facet-none" }, "No field has this in its name.")]));
        }
        search.addEventListener("input", draw);
        draw();
        search.focus();
    };

    candidates.on("about", build);
    candidates.on("query", () => refresh());
    candidates.on("labels", () => refresh());
    candidates.on("stop", () => [...parts.keys()].forEach(close));
})();
