/* Columns of the table: what stands in them, how they are sorted and filtered, and which of them the person wants.
 *
 *   label.gridColumns.make(entries) -> column definitions of ag-grid; entries: Map key -> {item, row}
 *   label.gridColumns.hidden(data) -> why name and guess of a row are withheld, "" if they are not
 *   label.gridColumns.restore(api), .restoreFilters(api), .keep(api)   order, width, pinning, sorting, filters: remembered
 *                                                for each session
 */
(function () {
    "use strict";
    const label = window.spectrolabe.label;
    const NAMES = {
        ra: "RA (°)", dec: "Dec (°)", class: "Class", subclass: "Subclass", snr: "S/N", snru: "S/N u", snrg: "S/N g", snrr: "S/N r",
        snri: "S/N i", snrz: "S/N z", obsdate: "Observed", designation: "Designation", z: "z",
    }; // prettier-ignore
    const WORDS = { unsure: "unsure", bad: "bad data", skipped: "skipped", none: "No label" };
    const FEW = 24; // a text column of so few values is filtered by choosing among them
    const BLIND = "Member of the random sample that measures the network: labeled blind. It appears once your label is saved.";
    const HIDDEN = "Labeled blind. It appears once your label is saved.";
    const NARROW = "(max-width: 699.98px)";
    const GUESS = "You have hidden the network’s guess.";
    let entries = new Map();

    const isNarrow = () => window.matchMedia(NARROW).matches;
    const of = (data) => entries.get(data && data.key) || { item: {}, row: {} };

    function hidden(data) {
        const { item, row } = of(data);
        if (!item.is_blind && !row.is_blind) return "";
        return item.kind === "random" ? BLIND : HIDDEN;
    }

    const hiddenGuess = (data) => hidden(data) || (label.view.guess ? "" : GUESS);

    function answerOf({ item }) {
        if (!item.label) return item.is_skipped ? "skipped" : null;
        return item.label.kind === "label" ? `class:${item.label.class_id}` : item.label.kind;
    }

    function wordOf(key) {
        if (!key) return "none";
        const one = label.gridCells.ofKey(key);
        return one ? one.name : WORDS[key] || "a class that was removed";
    }

    const annotatorOf = ({ item, row }) => {
        if (!item.label) return null;
        return item.label.annotator || label.journal.state.me || row.annotator || "you";
    };

    const kindWord = (kind) => (label.state.queue.words || {})[kind] || (label.state.items.find((item) => item.kind === kind) || {}).word || kind;

    /* ---------------------------------------------------------------- kinds of columns */

    const getter = (read) => ({ data }) => read(of(data), data);
    const missing = ({ value }) => (value === null || value === undefined || value === "" ? "—" : String(value));
    const number = (digits) => ({ value }) => (typeof value !== "number" ? "—" : digits === undefined ? plain(value) : label.decimal(value, digits));

    function plain(value) {
        if (Number.isInteger(value)) return String(value).replace("-", "−");
        const size = Math.abs(value);
        return size >= 1e-3 && size < 1e6 ? label.decimal(value, size < 1 ? 4 : 3).replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "") : value.toExponential(3).replace("-", "−");
    }

    const text = (colId, headerName, read, more) => ({ colId, headerName, valueGetter: getter(read), valueFormatter: missing, filter: "agTextColumnFilter", ...more });
    const numeric = (colId, headerName, read, digits, more) => ({
        colId, headerName, valueGetter: getter(read), valueFormatter: number(digits), filter: "agNumberColumnFilter", width: 110,
        cellClass: "label-grid-number", headerClass: "label-grid-number-head", comparator: (a, b) => (a === null) - (b === null) || a - b, ...more,
    }); // prettier-ignore
    const chosen = (colId, headerName, read, wordOfValue, more) => ({
        colId, headerName, valueGetter: getter(read), filter: label.gridCells.Choice, filterParams: { wordOf: wordOfValue },
        valueFormatter: ({ value }) => (value ? (wordOfValue ? wordOfValue(value) : String(value)) : "—"),
        getQuickFilterText: ({ value }) => (value ? (wordOfValue ? wordOfValue(value) : String(value)) : ""),
        comparator: (a, b) => (wordOfValue ? wordOfValue(a || "") : a || "").localeCompare(wordOfValue ? wordOfValue(b || "") : b || ""), ...more,
    }); // prettier-ignore

    /* The second line of a card: set, what the network says, what one has said beside the label. */
    function about(data) {
        const { item, row } = of(data);
        const guess = !hiddenGuess(data) && row.prediction ? `${wordOf(`class:${row.prediction}`)} ${label.decimal(row.probability, 2)}` : "";
        const sure = item.label && Number.isInteger(item.label.confidence) ? `confidence ${item.label.confidence}` : "";
        return [kindWord(item.kind), guess, sure, item.comment ? `“${item.comment}”` : ""].filter(Boolean).join(" · ");
    }

    /* ---------------------------------------------------------------- the columns */

    function own() {
        const cells = label.gridCells;
        const withheld = (read) => (entry, data) => (hidden(data) ? null : read(entry));
        const said = (read) => (entry, data) => (hiddenGuess(data) ? null : read(entry));
        const why = { cellRendererParams: { hidden: hiddenGuess } };
        const shownGuess = (digits) => ({ valueFormatter: (params) => (params.data && hiddenGuess(params.data) ? "hidden" : number(digits)(params)), tooltipValueGetter: ({ data }) => hiddenGuess(data) || null });
        const queue = label.state.queue;
        const hasGuess = Number.isInteger(queue.guess_iteration);
        return [
            text("id", "Spectrum", withheld(({ item }) => item.id), { ...(isNarrow() ? { flex: 1, minWidth: 190, cellRenderer: cells.Card } : { pinned: "left", width: 230, cellRenderer: cells.Spectrum }), cellRendererParams: { hidden, about }, lockVisible: true }),
            { colId: "window", headerName: "Window", width: 154, sortable: false, filter: false, cellRenderer: cells.Picture, cellRendererParams: { thumb: (data) => of(data).item.thumb, range: rangeOfPictures() } },
            chosen("label", "Label", answerOf, wordOf, { ...(isNarrow() ? { pinned: "right", width: 128, singleClickEdit: true } : { width: 150 }), editable: true, cellRenderer: cells.Answer, ...label.gridEdit.answerEditor(of, answerOf, wordOf) }),
            text("comment", "Comment", ({ item }) => item.comment || null, { width: 170, editable: true, tooltipValueGetter: ({ value }) => value, ...label.gridEdit.commentEditor(of) }),
            chosen("prediction", "Prediction", said(({ row }) => (row.prediction ? `class:${row.prediction}` : null)), wordOf, { width: 150, cellRenderer: cells.Answer, ...why, hide: !hasGuess }),
            numeric("probability", "Probability", said(({ row }) => row.probability ?? null), 3, { ...shownGuess(3), hide: !hasGuess }),
            numeric("entropy", "Entropy (nat)", said(({ row }) => row.entropy ?? null), 3, { ...shownGuess(3), width: 124, hide: !hasGuess }),
            numeric("confidence", "Confidence", ({ item }) => (item.label && Number.isInteger(item.label.confidence) ? item.label.confidence : null), 0, label.gridEdit.confidenceEditor(of)),
            chosen("set", "Set", ({ item }) => item.kind, kindWord, { width: 150, cellRenderer: cells.Kind }),
            numeric("iteration", "Iteration", ({ row }) => row.iteration ?? queue.iteration ?? null, 0, { hide: queue.iteration === null }),
            numeric("rank", "Rank", said(({ row }) => row.rank ?? null), 0, { hide: true }),
            numeric("utility", "Utility", said(({ row }) => row.utility ?? null), 3, { hide: true }),
            numeric("place", "Place in queue", ({ item }) => label.state.offset + item.at + 1, 0, { hide: true, width: 130 }),
            chosen("annotator", "Annotator", annotatorOf, null, { width: 130 }),
            text("time", "Labeled (UTC)", ({ item }) => (item.label && item.label.created_utc ? item.label.created_utc.slice(0, 19).replace("T", " ") : null), { width: 170 }),
        ];
    }

    function rangeOfPictures() {
        let found = null;
        return function () {
            if (found) return found;
            const values = label.state.items.flatMap((item) => item.thumb || []).filter(Number.isFinite).sort((a, b) => a - b);
            const at = (share) => values[Math.min(values.length - 1, Math.floor(share * values.length))];
            found = values.length ? [at(0.002), at(0.998)] : [0, 1];
            return found;
        };
    }

    function metadata() {
        const { all, shown } = label.state.queue.columns;
        const wanted = new Set(shown);
        return all.filter((name) => name !== "id" && name !== "spectrum_id").map((name) => ofMetadata(name, !wanted.has(name)));
    }

    function ofMetadata(name, hide) {
        const values = [];
        entries.forEach(({ row }) => row.metadata && row.metadata[name] !== null && row.metadata[name] !== undefined && values.push(row.metadata[name]));
        const isWithheld = (data) => hidden(data) && !(name in (of(data).row.metadata || {}));
        const read = ({ row }) => (row.metadata && row.metadata[name] !== undefined ? row.metadata[name] : null);
        const more = { hide, headerTooltip: name, tooltipValueGetter: ({ data, value }) => (isWithheld(data) ? hidden(data) : typeof value === "string" ? value : null) };
        const colId = `metadata.${name}`;
        const headerName = NAMES[name.toLowerCase()] || name;
        let made;
        if (values.length && values.every((value) => typeof value === "number")) made = numeric(colId, headerName, read, undefined, more);
        else if (new Set(values).size <= FEW) made = chosen(colId, headerName, (entry) => (read(entry) === null ? null : String(read(entry))), null, { width: 130, ...more });
        else made = text(colId, headerName, read, { width: 160, ...more });
        const usual = made.valueFormatter;
        made.valueFormatter = (params) => (params.data && isWithheld(params.data) ? "hidden" : usual(params));
        return made;
    }

    function make(rows) {
        entries = rows;
        const usual = { sortable: true, resizable: true, cellDataType: false, suppressHeaderMenuButton: true, suppressHeaderKeyboardEvent: openFilter };
        const isCard = isNarrow(); // what a card does not say is there to be chosen
        return [...own(), ...metadata()].map((column) => ({ ...usual, ...column, ...(isCard && !["id", "label"].includes(column.colId) ? { hide: true } : {}) }));
    }

    /* The filter of a head by keyboard, as lists are opened: Alt and the arrow down. */
    function openFilter({ event, api, column }) {
        const isAsked = event.altKey && event.key === "ArrowDown" && column.getColDef().filter;
        if (isAsked) api.showColumnFilter(column);
        return Boolean(isAsked);
    }

    /* ---------------------------------------------------------------- what the person chose */

    const name = () => `grid-${isNarrow() ? "narrow-" : ""}${label.state.session}`;
    const filtersName = () => `grid-filters-${label.state.session}`;
    function keep(api) {
        if (areFiltersBack) label.remember(filtersName(), api.getFilterModel());
        label.remember(name(), api.getColumnState().map(({ colId, width, hide, pinned, sort, sortIndex }) => ({ colId, width, hide, pinned, sort, sortIndex })));
    }
    function restore(api) {
        const state = label.remembered(name(), null);
        if (Array.isArray(state)) api.applyColumnState({ state, applyOrder: true });
    }
    /* Filters come back when it is known which columns hold numbers. */
    let areFiltersBack = false;
    function restoreFilters(api) {
        const model = label.remembered(filtersName(), null);
        if (model && Object.keys(model).length) api.setFilterModel(model);
        areFiltersBack = true;
    }
    label.on("stop", () => (areFiltersBack = false));
    function forget(api) {
        label.remember(name(), null);
        api.resetColumnState();
    }

    label.gridColumns = { NARROW, isNarrow, make, hidden, keep, restore, restoreFilters, forget, of, wordOf, answerOf, annotatorOf, kindWord };
})();
